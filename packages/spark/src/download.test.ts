import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@stoke/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DownloadRequest, downloadFile } from './download.ts';
import type { SetupProgress } from './setup-progress.ts';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');

let folder = '';
let server: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let ranges: (string | undefined)[] = [];
let onArrival = (): void => undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'download-'));
  ranges = [];
  onArrival = () => undefined;
  answer = serveWhole;
  server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

function serveWhole(request: IncomingMessage, response: ServerResponse): void {
  const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  const rest = content.subarray(start);
  response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length }).end(rest);
}

/** Announces everything, sends the first part of it, and breaks the connection once some of it has arrived. */
function breakAfter(bytes: number): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const rest = content.subarray(start);
    response.writeHead(start > 0 ? 206 : 200, { 'content-length': rest.length });
    response.write(rest.subarray(0, bytes));
    onArrival = () => response.destroy();
  };
}

function request(more: Partial<DownloadRequest> = {}): DownloadRequest {
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}/file.tar.gz?token=hidden`,
    path: join(folder, 'file.tar.gz'),
    what: 'Spark 9.9.9',
    sha256,
    onProgress: () => onArrival(),
    clock: systemClock,
    ...more,
  };
}

test('downloadFile writes the file, checks it, and leaves nothing else behind', async () => {
  const seen: SetupProgress[] = [];
  await downloadFile(request({ onProgress: (progress) => seen.push(progress) }));
  expect(await readFile(join(folder, 'file.tar.gz'))).toEqual(content);
  expect(await readdir(folder)).toEqual(['file.tar.gz']);
  expect(seen.findLast((progress) => progress.type === 'download')).toMatchObject({
    bytes: 300_000,
    totalBytes: 300_000,
  });
});

test('downloadFile goes on after a broken connection, asking only for the rest', async () => {
  answer = (incoming, response) => {
    answer = serveWhole;
    breakAfter(100_000)(incoming, response);
  };
  await downloadFile(request());
  expect(await readFile(join(folder, 'file.tar.gz'))).toEqual(content);
  expect(ranges[0]).toBeUndefined();
  expect(ranges[1]).toMatch(/^bytes=[1-9]\d*-$/);
});

test('downloadFile continues what an earlier process left', async () => {
  answer = breakAfter(100_000);
  const failed = downloadFile(request({ maxAttempts: 1 }));
  await expect(failed).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED' });
  answer = serveWhole;
  await downloadFile(request());
  expect(await readFile(join(folder, 'file.tar.gz'))).toEqual(content);
  expect(ranges[1]).toMatch(/^bytes=/);
});

test('downloadFile starts over when what is left belongs to other content', async () => {
  await writeFile(join(folder, 'file.tar.gz.partial'), 'something else');
  const note = { url: 'http://elsewhere/', etag: null, sha256: 'f'.repeat(64) };
  await writeFile(join(folder, 'file.tar.gz.partial.json'), JSON.stringify(note));
  await downloadFile(request());
  expect(ranges).toEqual([undefined]);
  expect(await readFile(join(folder, 'file.tar.gz'))).toEqual(content);
});

test('downloadFile starts over at a server that ignores ranges', async () => {
  answer = (incoming, response) => {
    answer = (_, whole) => whole.writeHead(200, { 'content-length': content.length }).end(content);
    breakAfter(100_000)(incoming, response);
  };
  await downloadFile(request());
  expect(await readFile(join(folder, 'file.tar.gz'))).toEqual(content);
});

test('downloadFile refuses a wrong checksum, names both, and deletes the file', async () => {
  const expected = '0'.repeat(64);
  await expect(downloadFile(request({ sha256: expected }))).rejects.toMatchObject({
    code: 'CHECKSUM_MISMATCH',
    message: expect.stringContaining(`has SHA-256 ${sha256}, expected ${expected}`),
  });
  expect(await readdir(folder)).toEqual([]);
});

test('downloadFile does not try again after a 404, and keeps queries out of its message', async () => {
  answer = (_, response) => response.writeHead(404).end();
  const failure = await downloadFile(request()).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'DOWNLOAD_FAILED' });
  expect(String(failure)).toContain('the server answered 404');
  expect(String(failure)).not.toContain('hidden');
  expect(ranges).toHaveLength(1);
});

test('downloadFile tries again after a 503, but not for ever', async () => {
  answer = (_, response) => response.writeHead(503).end();
  const failure = downloadFile(request({ maxAttempts: 2 }));
  await expect(failure).rejects.toMatchObject({ code: 'DOWNLOAD_FAILED', retryable: true });
  expect(ranges).toHaveLength(2);
});

test('downloadFile gives up a server that falls silent', async () => {
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('abc');
  };
  const failure = downloadFile(request({ maxAttempts: 1, idleTimeoutMs: 50 }));
  await expect(failure).rejects.toThrow('nothing arrived for 0.05 s');
});

test('downloadFile refuses more bytes than the index announced', async () => {
  const failure = downloadFile(request({ size: 1000 }));
  await expect(failure).rejects.toThrow('the server sends more than 1000 bytes');
});

test('downloadFile stops when asked to', async () => {
  const abort = new AbortController();
  answer = (_, response) => {
    response.writeHead(200, { 'content-length': 10 }).write('abc', () => abort.abort());
  };
  await expect(downloadFile(request({ signal: abort.signal }))).rejects.toThrow(/abort/);
});
