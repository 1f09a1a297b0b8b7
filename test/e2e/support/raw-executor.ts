/** An executor that a test plays itself, over the v1 executor API: it says only what it is told to. */
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import {
  createRecordReader,
  decodeJson,
  ExecutorCall,
  ExecutorEvent,
  encodeJson,
  type TaskStatus,
} from '@stoke/protocol';
import { waitFor } from '@stoke/testing';

const contentType = 'application/json';

export interface RawExecutorOptions {
  readonly agent: string;
  readonly frameworkId: string;
  readonly executorId: string;
}

export class RawExecutor {
  readonly events: ExecutorEvent[] = [];
  readonly #options: RawExecutorOptions;
  #stream: ClientRequest | undefined;

  constructor(options: RawExecutorOptions) {
    this.#options = options;
  }

  /** Subscribes, with what it has not heard about; tries until the agent takes it. */
  async subscribe(unacknowledged: readonly TaskStatus[] = []): Promise<void> {
    const updates = unacknowledged.map((status) => ({ status }));
    const subscribe = { unacknowledged_tasks: [], unacknowledged_updates: updates };
    const attempt = (): Promise<boolean> =>
      new Promise((resolve) => {
        this.#stream = this.#post({ type: 'SUBSCRIBE', subscribe }, (answer) => {
          resolve(answer.statusCode === 200);
          const reader = createRecordReader({ maxRecordBytes: 1024 * 1024 });
          answer.on('error', () => undefined);
          answer.on('data', (chunk: Buffer) => {
            if (answer.statusCode !== 200) return;
            for (const record of reader.push(chunk)) {
              this.events.push(decodeJson(ExecutorEvent, Buffer.from(record).toString('utf8')));
            }
          });
        }).on('error', () => resolve(false));
      });
    await waitFor(attempt, { what: 'the agent to take the executor' });
  }

  #post(call: Partial<ExecutorCall>, onAnswer: (answer: IncomingMessage) => void): ClientRequest {
    const { agent, frameworkId, executorId } = this.#options;
    const posted = request(`${agent}/api/v1/executor`, {
      method: 'POST',
      headers: { 'Content-Type': contentType, Accept: contentType },
      agent: false,
    });
    posted.on('response', onAnswer);
    posted.end(
      encodeJson(ExecutorCall, {
        framework_id: { value: frameworkId },
        executor_id: { value: executorId },
        ...call,
      }),
    );
    return posted;
  }

  /** Sends an update; resolves to the status of the answer. */
  update(status: TaskStatus): Promise<number> {
    return new Promise((resolve, reject) => {
      const call = { type: 'UPDATE', update: { status } } as const;
      this.#post(call, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).on('error', reject);
    });
  }

  /** Resolves with the event of this type once it came, now or later. */
  event(type: ExecutorEvent['type']): Promise<ExecutorEvent> {
    const find = () => this.events.find((event) => event.type === type);
    return waitFor(find, { what: `the executor's ${type}` });
  }

  close(): void {
    this.#stream?.destroy();
  }
}
