/** A whole master without a port: requests are injected, time stands still unless it is moved. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFakeClock, createSilentLogger, type FakeClock } from '@stoke/kit';
import type { FrameworkInfo } from '@stoke/protocol';
import { onTestFinished } from 'vitest';
import { masterFlags } from '../config.ts';
import { createMaster, type Master } from '../server.ts';

export type Injected = {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
};

type Request = {
  readonly method?: 'DELETE' | 'GET' | 'HEAD' | 'OPTIONS' | 'PATCH' | 'POST' | 'PUT';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
};

/** Owns a master and its directory. */
export class HttpDriver {
  readonly master: Master;
  readonly clock: FakeClock = createFakeClock();
  readonly directory = mkdtempSync(join(tmpdir(), 'stoke-master-'));
  /** What made the master give up; empty as long as all is well. */
  readonly fatal: unknown[] = [];

  constructor(flags: Readonly<Record<string, unknown>> = {}) {
    const config = masterFlags.parse({
      work_dir: this.directory,
      registry: 'in_memory',
      hostname: 'leader',
      // Time stands still: nobody's turn would come.
      metrics_snapshot_rate_limit: '',
      ...flags,
    });
    this.master = createMaster({
      config,
      clock: this.clock,
      log: createSilentLogger(),
      onFatal: (error) => this.fatal.push(error),
    });
    this.master.start(5050);
  }

  async close(): Promise<void> {
    await this.master.close();
    rmSync(this.directory, { recursive: true });
  }

  async inject({ method = 'GET', url, headers = {}, body }: Request): Promise<Injected> {
    const payload = body === undefined ? {} : { payload: Buffer.from(body) };
    const answer = await this.master.app.inject({ method, url, headers, ...payload });
    return { status: answer.statusCode, headers: answer.headers, body: answer.body };
  }

  /** A call of the scheduler API as JSON. */
  async call(
    call: unknown,
    headers: Readonly<Record<string, string | undefined>> = {},
  ): Promise<Injected> {
    const all = { 'content-type': 'application/json', ...headers };
    const given = Object.entries(all).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    return this.inject({
      method: 'POST',
      url: '/api/v1/scheduler',
      headers: Object.fromEntries(given),
      body: typeof call === 'string' ? call : JSON.stringify(call),
    });
  }

  /** Subscribes a framework on a stream that nobody reads. */
  subscribe(info: FrameworkInfo, stream: string, principal?: string): string {
    this.master.shell.dispatch({
      type: 'SUBSCRIBE',
      stream,
      subscribe: { framework_info: info },
      principal,
    });
    return this.master.shell.state.streams.get(stream) ?? '';
  }
}

/** Writes a credentials file for the running test and returns its path. */
export function credentialsFile(secrets: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'stoke-credentials-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'credentials.json');
  const credentials = Object.entries(secrets).map(([principal, secret]) => ({ principal, secret }));
  writeFileSync(path, JSON.stringify({ credentials }));
  return path;
}
