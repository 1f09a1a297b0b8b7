/** HTTP and TCP checks, from the agent's machine to a port on it. */
import type { IncomingMessage } from 'node:http';
import { get as getHttps } from 'node:https';
import { connect } from 'node:net';
import { errorMessage, nodeHttp, systemErrorCode } from '@stoke/kit';
import type { ProbeResult } from '../core/checks.ts';

const maxRedirects = 20;

/** A GET that follows redirects and takes any certificate: whether a task answers is asked, not who it is. */
export async function probeHttp(url: string, signal: AbortSignal): Promise<ProbeResult> {
  let next = new URL(url);
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await request(next, signal);
    const { statusCode: status = 0, headers } = answer;
    answer.destroy();
    if (status < 300 || status >= 400 || headers.location === undefined) {
      return { type: 'http', status };
    }
    next = new URL(headers.location, next);
  }
  return { type: 'failed', reason: `more than ${maxRedirects} redirects` };
}

function request(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') {
      reject(new Error(`checks speak http and https, not '${url.protocol}'`));
      return;
    }
    const options = { signal, agent: false, rejectUnauthorized: false };
    const sent = url.protocol === 'https:' ? getHttps(url, options) : nodeHttp.get(url, options);
    // The answer is given up once its head is there, which counts as an error of the connection.
    sent.on('error', reject);
    sent.once('response', (answer) => {
      answer.on('error', reject);
      resolve(answer);
    });
  });
}

/** Whether somebody accepts connections. */
export function probeTcp(
  address: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.host, port: address.port });
    const settle = (result: ProbeResult): void => {
      signal.removeEventListener('abort', giveUp);
      socket.destroy();
      resolve(result);
    };
    const giveUp = (): void => settle({ type: 'failed', reason: 'stopped' });
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('connect', () => settle({ type: 'tcp', connected: true }));
    socket.on('error', (error) => {
      const refused = systemErrorCode(error) === 'ECONNREFUSED';
      settle(
        refused
          ? { type: 'tcp', connected: false }
          : { type: 'failed', reason: errorMessage(error) },
      );
    });
    if (signal.aborted) giveUp();
  });
}
