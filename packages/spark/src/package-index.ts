/** Asks a Python package index for the files of a project. */

import { readFile } from 'node:fs/promises';
import tls from 'node:tls';
import { networkReason, withoutCredentials } from './download.ts';
import { sparkError } from './errors.ts';
import type { PipSettings } from './pip-settings.ts';
import {
  type IndexFile,
  parseProjectPage,
  projectUrl,
  SIMPLE_INDEX_ACCEPT,
} from './simple-index.ts';

/** A file of an index, and how to be let in when the index asks for a login. */
export interface OfferedFile extends IndexFile {
  readonly authorization: string | undefined;
}

const PAGE_TIMEOUT_MS = 60_000;
const MAX_PAGE_CHARS = 32 * 1024 * 1024;

/**
 * Lists what an index offers for a project.
 * @throws AppError DOWNLOAD_FAILED
 */
export async function listIndexFiles(
  settings: PipSettings,
  project: string,
  signal?: AbortSignal,
): Promise<readonly OfferedFile[]> {
  await trustCertificates(settings.certFile);
  const { url, authorization } = splitCredentials(projectUrl(settings.indexUrl, project));
  const timeout = AbortSignal.timeout(PAGE_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      headers: {
        accept: SIMPLE_INDEX_ACCEPT,
        ...(authorization === undefined ? {} : { authorization }),
      },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) throw new Error(`the index answered ${response.status}`);
    const body = await response.text();
    if (body.length > MAX_PAGE_CHARS) throw new Error('the index page is absurdly long');
    const type = response.headers.get('content-type') ?? '';
    const origin = new URL(url).origin;
    return parseProjectPage(body, type, response.url === '' ? url : response.url).map((file) => ({
      ...file,
      authorization: new URL(file.url).origin === origin ? authorization : undefined,
    }));
  } catch (cause) {
    signal?.throwIfAborted();
    throw sparkError(
      'DOWNLOAD_FAILED',
      `Cannot read package index ${withoutCredentials(url)}: ${networkReason(cause)}; check the network and pip's settings ('pip config list')`,
      { cause },
    );
  }
}

/** fetch refuses addresses with a login inside, as pip users write them. */
function splitCredentials(text: string): { url: string; authorization: string | undefined } {
  const url = new URL(text);
  if (url.username === '') return { url: url.href, authorization: undefined };
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, authorization: `Basic ${Buffer.from(login).toString('base64')}` };
}

/** Trusts the certificate bundle that pip trusts, in addition to Node's own. */
async function trustCertificates(certFile: string | undefined): Promise<void> {
  if (certFile === undefined) return;
  const bundle = await readFile(certFile, 'utf8').catch(() => '');
  const extra = bundle.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  if (extra.length === 0) return;
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), ...extra]);
}
