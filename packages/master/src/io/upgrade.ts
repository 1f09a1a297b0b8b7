/** Refusals of an upgrade: written to the raw socket, as there is no response object. */
import type { Socket } from 'node:net';
import { nodeHttp } from '@stoke/kit';
import type { HttpAnswer } from '../http/answer.ts';

/** Answers like any route would, then closes. */
export function refuseUpgrade(socket: Socket, answer: HttpAnswer): void {
  const body = Buffer.from(answer.body?.content ?? '');
  const headers = {
    ...answer.headers,
    ...(answer.body === undefined ? {} : { 'Content-Type': answer.body.type }),
    'Content-Length': String(body.length),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = `HTTP/1.1 ${answer.status} ${nodeHttp.STATUS_CODES[answer.status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n`;
  socket.on('error', () => socket.destroy());
  socket.end(Buffer.concat([Buffer.from(head), body]));
}
