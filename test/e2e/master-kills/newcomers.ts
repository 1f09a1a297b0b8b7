/** Agents that come for the first time under load: once a master told one its id, no master may forget it. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { createRecordReader, decodeBinary, LinkMasterMessage } from '@stoke/protocol';
import { agentReport, frameOf } from '../support/link-agent.ts';
import type { Happenings } from './happenings.ts';

const boundMs = 5000;

/** Registers one agent after another, each only until it knows its id. */
export class Newcomers {
  readonly admitted: string[] = [];
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
    this.admitted.push(id);
    this.#happenings.tell('admitted');
    return true;
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
