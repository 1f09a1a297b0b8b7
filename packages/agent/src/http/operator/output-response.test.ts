import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeClock, openStream, readRecords } from '@stoke/kit';
import { expect, test } from 'vitest';
import { OutputResponse } from './output-response.ts';

test('OutputResponse sends a heartbeat every 30 seconds beside the output', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const asked = once(server, 'request') as Promise<[unknown, ServerResponse]>;
  const opening = openStream({ url: `http://127.0.0.1:${port}/` });
  const [, response] = await asked;
  const clock = createFakeClock();
  const media = {
    content: 'application/json',
    isStream: false,
    accept: 'application/json',
    acceptsStream: true,
  } as const;
  const listener = new OutputResponse(response, media, clock);
  await clock.advance(30_000);
  listener.take('STDERR', new TextEncoder().encode('hi'));
  await clock.advance(30_000);
  listener.end();
  const stream = await opening;
  const seen: unknown[] = [];
  for await (const record of readRecords(stream.chunks, { maxRecordBytes: 1000 })) {
    seen.push(JSON.parse(new TextDecoder().decode(record)));
  }
  server.close();
  const interval = { nanoseconds: 30_000_000_000 };
  const heartbeat = {
    type: 'CONTROL',
    control: { type: 'HEARTBEAT', heartbeat: { interval } },
  };
  expect(stream.headers['content-type']).toBe('application/recordio');
  expect(seen).toEqual([
    heartbeat,
    { type: 'DATA', data: { type: 'STDERR', data: 'aGk=' } },
    heartbeat,
  ]);
});
