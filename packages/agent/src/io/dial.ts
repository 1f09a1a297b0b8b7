/** Connections from this machine, or from inside the network of a container. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex, type Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** Rejects when nobody accepts the connection; the error's `code` is ECONNREFUSED when it was refused. */
export type Dial = (address: Address, signal: AbortSignal) => Promise<Duplex>;

export const dialFromMachine: Dial = async ({ host, port }, signal) => {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.on('error', () => undefined).destroy();
    throw error;
  }
};

/** Node cannot enter a namespace: a small program does, and passes on what is sent. */
export function dialInside(namespace: string): Dial {
  const script = fileURLToPath(new URL('networks/dial.pl', import.meta.url));
  return async ({ host, port }, signal) => {
    const child = spawn('nsenter', [`--net=${namespace}`, 'perl', script, host, String(port)], {
      env: { PATH: process.env.PATH ?? '', PERL_BADLANG: '0' },
      stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    let failure: Error | undefined;
    // An abort comes as an error as well.
    child.on('error', (error) => {
      failure = error;
    });
    child.stdin.on('error', () => undefined);
    const complaint = text(child.stderr).catch(() => '');
    const answer = await text(child.stdio[3] as Readable).catch(() => '');
    if (answer === 'connected') {
      const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
      return stream.once('close', () => child.kill('SIGKILL'));
    }
    throw failure ?? refusal(answer || (await complaint).trim());
  };
}

function refusal(answer: string): Error {
  const [, code, reason] = /^(E[A-Z]+) (.*)$/s.exec(answer) ?? [];
  return Object.assign(new Error(reason ?? (answer || 'no answer')), { code });
}
