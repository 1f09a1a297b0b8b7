/** TLS of servers and clients: certificates named by flags. */
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, setDefaultCACertificates } from 'node:tls';
import { z } from 'zod';
import { errorMessage, kitError } from './errors.ts';
import { pathFlag } from './flag-kind.ts';

/** Flags of every daemon that serves. */
export const tlsFlags = {
  tls_cert: pathFlag().optional().describe('File with the certificate, PEM: serve HTTPS only'),
  tls_key: pathFlag().optional().describe('File with the key of --tls_cert, PEM'),
  tls_ca: pathFlag()
    .optional()
    .describe(
      'File with certificates, PEM, that peers are verified with, beside those of the system',
    ),
  tls_require_client_cert: z
    .boolean()
    .default(false)
    .describe('Serve only clients with a certificate that --tls_ca verifies'),
};

/** Values of these flags. */
export type TlsConfig = Readonly<z.output<z.ZodObject<typeof tlsFlags>>>;

/** What a server shows and asks for. */
export interface ServerTls {
  readonly cert: string;
  readonly key: string;
  readonly ca: readonly string[] | undefined;
  readonly requireClientCert: boolean;
}

/** What cannot be right about these flags together. */
export function tlsProblems(config: TlsConfig): string[] {
  const problems: string[] = [];
  if ((config.tls_cert === undefined) !== (config.tls_key === undefined)) {
    problems.push('Expected `--tls_cert` and `--tls_key` together, got one of them');
  }
  if (config.tls_require_client_cert && config.tls_ca === undefined) {
    problems.push('Expected `--tls_ca` to name a file, because --tls_require_client_cert is set');
  }
  return problems;
}

function unusable(path: string, reason: string): Error {
  return kitError('CREDENTIALS_UNUSABLE', {
    message: `Cannot use certificate file '${path}': ${reason}`,
    details: { path },
  });
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw unusable(path, errorMessage(cause));
  }
}

const certificates = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificates of a PEM file. @throws AppError `CREDENTIALS_UNUSABLE` */
export function readCertificates(path: string): string[] {
  const found = readPem(path).match(certificates) ?? [];
  if (found.length === 0) throw unusable(path, 'it holds no PEM certificate');
  return [...found];
}

/** Undefined: plain HTTP. @throws AppError `CREDENTIALS_UNUSABLE` */
export function readServerTls(config: TlsConfig): ServerTls | undefined {
  const { tls_cert, tls_key, tls_ca } = config;
  if (tls_cert === undefined || tls_key === undefined) return undefined;
  const cert = readPem(tls_cert);
  const key = readPem(tls_key);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw unusable(tls_cert, `${errorMessage(cause)}; is '${tls_key}' its key?`);
  }
  return {
    cert,
    key,
    ca: tls_ca === undefined ? undefined : readCertificates(tls_ca),
    requireClientCert: config.tls_require_client_cert,
  };
}

/**
 * From now on every connection of this process trusts these certificates too, beside those it trusted before.
 * @throws AppError `CREDENTIALS_UNUSABLE`
 */
export function trustCertificates(path: string): void {
  setDefaultCACertificates([...getCACertificates('default'), ...readCertificates(path)]);
}
