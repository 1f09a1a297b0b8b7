/** A certificate of this machine's loopback address for a test, signed by itself. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

/** Makes `cert.pem` and `key.pem` in the folder with openssl. */
export function makeCertificate(folder: string): CertificateFiles {
  const cert = join(folder, 'cert.pem');
  const key = join(folder, 'key.pem');
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = [
    '-days',
    '2',
    '-subj',
    '/CN=stoke-test',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
  ];
  const files = ['-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, ...files], { stdio: 'pipe' });
  return { cert, key };
}
