/** An agent without processes, over the real link: what it is told to run runs at once and ends when it is killed. */
import { request } from 'node:http';
import type { Socket } from 'node:net';
import {
  type AgentInfo,
  createRecordReader,
  decodeBinary,
  encodeBinary,
  encodeRecord,
  LinkAgentMessage,
  LinkMasterMessage,
  type TaskState,
} from '@stoke/protocol';

function infoOf(hostname: string, id: string | undefined): AgentInfo {
  const scalar = (name: string, value: number) =>
    ({ name, type: 'SCALAR', scalar: { value } }) as const;
  return {
    hostname,
    port: 1,
    resources: [
      ...[scalar('cpus', 64), scalar('mem', 65_536), scalar('disk', 65_536)],
      { name: 'ports', type: 'RANGES', ranges: { range: [{ begin: 31_000, end: 32_000 }] } },
    ],
    ...(id === undefined ? {} : { id: { value: id } }),
  };
}

/** The first message of an agent: REREGISTER with an id, REGISTER without. */
export function agentReport(hostname: string, id: string | undefined): LinkAgentMessage {
  const common = {
    agent_info: infoOf(hostname, id),
    version: '1.11.0',
    agent_capabilities: (
      [
        'MULTI_ROLE',
        'HIERARCHICAL_ROLE',
        'RESERVATION_REFINEMENT',
        'RESIZE_VOLUME',
        'AGENT_OPERATION_FEEDBACK',
      ] as const
    ).map((type) => ({ type })),
  };
  return id === undefined
    ? { type: 'REGISTER', register: common }
    : { type: 'REREGISTER', reregister: common };
}

/** A message as it goes over the link. */
export function frameOf(message: LinkAgentMessage): Uint8Array {
  return encodeRecord(encodeBinary(LinkAgentMessage, message));
}

export interface LinkAgentOptions {
  readonly port: number;
  readonly hostname: string;
  /** A new id each time the master sends the agent away. */
  readonly nextId: () => string;
}

/** Comes back after every loss of its link until it is closed. */
export class LinkAgent {
  id: string;
  readonly #options: LinkAgentOptions;
  #socket: Socket | undefined;
  #uuids = 0;
  #closed = false;

  constructor(options: LinkAgentOptions) {
    this.#options = options;
    this.id = options.nextId();
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    this.#socket?.destroy();
  }

  #connect(): void {
    if (this.#closed) return;
    const upgrade = request({
      port: this.#options.port,
      path: '/stoke/v1/agent-link',
      headers: { Connection: 'Upgrade', Upgrade: 'stoke-link/1' },
      agent: false,
    });
    upgrade.on('upgrade', (_answer, socket: Socket) => this.#up(socket));
    upgrade.on('error', () => setImmediate(() => this.#connect()));
    upgrade.end();
  }

  #up(socket: Socket): void {
    this.#socket = socket;
    const reader = createRecordReader({ maxRecordBytes: 64 * 1024 * 1024 });
    socket.on('data', (chunk: Buffer) => {
      for (const frame of reader.push(chunk)) this.#take(decodeBinary(LinkMasterMessage, frame));
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#connect());
    this.#send(agentReport(this.#options.hostname, this.id));
  }

  #send(message: LinkAgentMessage): void {
    this.#socket?.write(frameOf(message));
  }

  #take(message: LinkMasterMessage): void {
    const { run_task, run_task_group, kill_task, apply_operation } = message;
    if (message.type === 'PING') this.#send({ type: 'PONG' });
    if (message.type === 'SHUTDOWN') this.id = this.#options.nextId();
    const started = [run_task?.task, ...(run_task_group?.task_group.tasks ?? [])];
    const frameworkId = (run_task ?? run_task_group)?.framework_info.id?.value ?? '';
    for (const task of started) {
      if (task !== undefined) this.#report(frameworkId, task.task_id.value, 'TASK_RUNNING');
    }
    if (kill_task !== undefined) {
      this.#report(kill_task.framework_id.value, kill_task.task_id.value, 'TASK_KILLED');
    }
    if (apply_operation !== undefined) this.#applied(apply_operation);
  }

  #uuid(): Buffer {
    const bytes = Buffer.alloc(16);
    bytes.writeUInt32BE(this.#uuids++, 12);
    return bytes;
  }

  #report(frameworkId: string, taskId: string, state: TaskState): void {
    this.#send({
      type: 'STATUS_UPDATE',
      status_update: {
        framework_id: { value: frameworkId },
        status: {
          task_id: { value: taskId },
          state,
          source: 'SOURCE_EXECUTOR',
          agent_id: { value: this.id },
          uuid: this.#uuid(),
        },
        latest_state: state,
      },
    });
  }

  #applied(applied: NonNullable<LinkMasterMessage['apply_operation']>): void {
    const { framework_id, operation, operation_uuid } = applied;
    const named =
      operation.id === undefined
        ? {}
        : { operation_id: operation.id, uuid: { value: this.#uuid() } };
    this.#send({
      type: 'OPERATION_STATUS',
      operation_status: {
        ...(framework_id === undefined ? {} : { framework_id }),
        status: { ...named, state: 'OPERATION_FINISHED' },
        operation_uuid,
      },
    });
  }
}
