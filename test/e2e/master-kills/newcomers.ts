/**
 * Agents that come for the first time under load: once a master told one its id, no master may forget it, until an
 * operator was told that it counts as gone; then none may remember it.
 */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { createRecordReader, decodeBinary, LinkMasterMessage } from '@stoke/protocol';
import { agentReport, frameOf } from '../support/link-agent.ts';
import type { Happenings } from './happenings.ts';

const boundMs = 5000;

/** Registers one agent after another, each only until it knows its id. */
export class Newcomers {
  readonly admitted: string[] = [];
  readonly gone: string[] = [];
  /** Marked gone, and the answer never came. */
  readonly doubtful: string[] = [];
  readonly #port: number;
  readonly #happenings: Happenings;
  #next = 0;

  constructor(port: number, happenings: Happenings) {
    this.#port = port;
    this.#happenings = happenings;
  }

  /** One attempt; true when a master admitted it. */
  async comeOne(): Promise<boolean> {
    const id = await this.#register(`newcomer-${this.#next++}`);
    if (id === undefined) return false;
    this.#happenings.tell('admitted');
    if (this.#next % 2 === 0) this.admitted.push(id);
    else await this.#markGone(id);
    return true;
  }

  async #markGone(id: string): Promise<void> {
    const call = { type: 'MARK_AGENT_GONE', mark_agent_gone: { agent_id: { value: id } } };
    const posted = fetch(`http://127.0.0.1:${this.#port}/api/v1`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(boundMs),
    });
    this.#happenings.tell('written');
    const status = await posted.then((answer) => answer.status).catch(() => 0);
    if (status === 200) this.gone.push(id);
    else this.doubtful.push(id);
  }

  #register(hostname: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      const upgrade = request({
        port: this.#port,
        path: '/stoke/v1/agent-link',
        headers: { Connection: 'Upgrade', Upgrade: 'stoke-link/1' },
        agent: false,
        timeout: boundMs,
      });
      upgrade.on('timeout', () => upgrade.destroy());
      upgrade.on('error', () => resolve(undefined));
      upgrade.on('upgrade', (_answer, socket: Socket, head) => {
        const reader = createRecordReader({ maxRecordBytes: 1024 * 1024 });
        const take = (chunk: Buffer): void => {
          for (const frame of reader.push(chunk)) {
            const { registered } = decodeBinary(LinkMasterMessage, frame);
            if (registered === undefined) continue;
            resolve(registered.agent_id.value);
            socket.destroy();
          }
        };
        socket.on('data', take);
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(undefined));
        socket.write(frameOf(agentReport(hostname, undefined)));
        this.#happenings.tell('written');
        if (head.length > 0) take(head);
      });
      upgrade.end();
    });
  }
}
