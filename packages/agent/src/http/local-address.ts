/** Which peers are processes of this machine. */
import { networkInterfaces } from 'node:os';

const mappedV4 = /^::ffff:/;

/** Whether a socket's remote address belongs to this machine. */
export function isThisMachine(remoteAddress: string): boolean {
  const address = remoteAddress.replace(mappedV4, '');
  if (address.startsWith('127.') || address === '::1') return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    (addresses ?? []).some((one) => one.address === address),
  );
}
