/** HTTP and TCP checks, from the agent's machine or from inside the network of a container. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { errorMessage, nodeHttp, systemErrorCode } from '@stoke/kit';
import type { ProbeResult } from '../core/checks.ts';
import { type Address, type Dial, dialFromMachine } from './dial.ts';

const maxRedirects = 20;
const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** What a check ends with, and where it is made from. */
export interface ProbeScene {
  readonly signal: AbortSignal;
  /** Default: from the machine. */
  readonly dial?: Dial | undefined;
}

/** A GET that follows redirects and takes any certificate: whether a task answers is asked, not who it is. */
export async function probeHttp(url: string, scene: ProbeScene): Promise<ProbeResult> {
  let next = new URL(url);
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await request(next, scene);
    const { statusCode: status = 0, headers } = answer;
    answer.destroy();
    if (status < 300 || status >= 400 || headers.location === undefined) {
      return { type: 'http', status };
    }
    next = new URL(headers.location, next);
  }
  return { type: 'failed', reason: `more than ${maxRedirects} redirects` };
}

async function request(
  url: URL,
  { signal, dial = dialFromMachine }: ProbeScene,
): Promise<IncomingMessage> {
  const defaultPort = defaultPorts[url.protocol];
  if (defaultPort === undefined) {
    throw new Error(`checks speak http and https, not '${url.protocol}'`);
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? defaultPort : Number(url.port);
  const socket = await dial({ host, port }, signal);
  const stream = url.protocol === 'https:' ? encrypted(socket, host) : socket;
  return exchange(url, { stream, signal });
}

function encrypted(socket: Duplex, host: string): Duplex {
  const name = isIP(host) === 0 ? { servername: host } : {};
  return connectTls({ socket, rejectUnauthorized: false, ...name });
}

function exchange(
  url: URL,
  { stream, signal }: { readonly stream: Duplex; readonly signal: AbortSignal },
): Promise<IncomingMessage> {
  const { host, pathname, search, username, password } = url;
  return new Promise((resolve, reject) => {
    const sent = nodeHttp.request({
      createConnection: () => stream,
      headers: { host, connection: 'close' },
      path: `${pathname}${search}`,
      ...(username === '' ? {} : { auth: decodeURIComponent(`${username}:${password}`) }),
      signal,
    });
    // The answer is given up once its head is there, which counts as an error of the connection.
    sent.on('error', reject);
    sent.once('response', (answer) => {
      answer.on('error', reject);
      resolve(answer);
    });
    sent.end();
  });
}

/** Whether somebody accepts connections. */
export async function probeTcp(
  address: Address,
  { signal, dial = dialFromMachine }: ProbeScene,
): Promise<ProbeResult> {
  try {
    const socket = await dial(address, signal);
    socket.on('error', () => undefined).destroy();
    return { type: 'tcp', connected: true };
  } catch (error) {
    if (signal.aborted) return { type: 'failed', reason: 'stopped' };
    if (systemErrorCode(error) === 'ECONNREFUSED') return { type: 'tcp', connected: false };
    return { type: 'failed', reason: errorMessage(error) };
  }
}
