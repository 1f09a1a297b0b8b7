/** A connection against a transport that answers from a list. */
import { isAppError } from '@stoke/protocol';
import { expect, test } from 'vitest';
import {
  callMaster,
  createConnection,
  getMasterState,
  readFileChunk,
  type TransportAnswer,
  type TransportRequest,
} from './index.ts';

function answering(status: number, body: string) {
  const sent: TransportRequest[] = [];
  const transport = (request: TransportRequest): Promise<TransportAnswer> => {
    sent.push(request);
    return Promise.resolve({ status, headers: {}, body: new TextEncoder().encode(body) });
  };
  return { sent, transport };
}

test('createConnection sends credentials and limits with each request', async () => {
  const { sent, transport } = answering(200, '{"id":"m"}');
  const credential = { principal: 'p', secret: 'ä' };
  const connection = createConnection({ url: 'http://h:1/', credential, timeoutMs: 7, transport });
  expect(await getMasterState(connection)).toEqual({ id: 'm' });
  expect(sent).toEqual([
    {
      url: 'http://h:1/state',
      method: 'GET',
      headers: { Authorization: 'Basic cDrDpA==' },
      timeoutMs: 7,
      maxBytes: 256 * 1024 * 1024,
    },
  ]);
});

test('readFileChunk escapes the path and leaves absent parameters out', async () => {
  const { sent, transport } = answering(200, '{"offset":0,"data":"x"}');
  const connection = createConnection({ url: 'http://h:1', transport });
  await readFileChunk(connection, { path: '/a b/&c', offset: 0 });
  expect(sent[0]?.url).toBe('http://h:1/files/read?path=%2Fa%20b%2F%26c&offset=0');
});

test('callMaster encodes the call and decodes the answer', async () => {
  const { sent, transport } = answering(200, '{"type":"GET_HEALTH","get_health":{"healthy":true}}');
  const connection = createConnection({ url: 'http://h:1', transport });
  expect(await callMaster(connection, { type: 'GET_HEALTH' })).toEqual({
    type: 'GET_HEALTH',
    get_health: { healthy: true },
  });
  expect(sent[0]).toMatchObject({ method: 'POST', body: '{"type":"GET_HEALTH"}' });
});

test.each([
  [404, 'REQUEST_REFUSED', false],
  [503, 'DAEMON_UNAVAILABLE', true],
])(
  'a connection turns status %d into %s with the words of the daemon',
  async (status, code, retryable) => {
    const { transport } = answering(status, 'No such file');
    const connection = createConnection({ url: 'http://h:1', transport });
    const thrown = await getMasterState(connection).catch((error: unknown) => error);
    expect(isAppError(thrown, code) && thrown).toMatchObject({
      retryable,
      message: `Cannot GET 'http://h:1/state': ${status} No such file`,
      details: { status },
    });
  },
);

test('a connection refuses an answer that is not JSON', async () => {
  const { transport } = answering(200, '<html>');
  const thrown = await getMasterState(createConnection({ url: 'http://h:1', transport })).catch(
    (error: unknown) => error,
  );
  expect(isAppError(thrown, 'ANSWER_MALFORMED')).toBe(true);
});
