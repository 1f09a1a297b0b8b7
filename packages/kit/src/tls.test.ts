/** Flags of TLS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readCertificates, readServerTls, tlsProblems } from './tls.ts';

const off = { tls_require_client_cert: false };

test('tlsProblems wants certificate and key together, and something to verify clients with', () => {
  expect(tlsProblems(off)).toEqual([]);
  expect(tlsProblems({ tls_cert: '/c', tls_require_client_cert: true })).toEqual([
    expect.stringContaining('`--tls_cert` and `--tls_key` together'),
    expect.stringContaining('`--tls_ca`'),
  ]);
});

test('files that are no certificates are refused by name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'stoke-tls-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'x.pem');
  writeFileSync(file, 'no certificate');
  expect(() => readCertificates(file)).toThrow(`Cannot use certificate file '${file}'`);
  const both = { ...off, tls_cert: file, tls_key: file };
  expect(() => readServerTls(both)).toThrow(`Cannot use certificate file '${file}'`);
  expect(() => readCertificates(join(folder, 'none'))).toThrow(/ENOENT/);
  expect(readServerTls(off)).toBeUndefined();
});
