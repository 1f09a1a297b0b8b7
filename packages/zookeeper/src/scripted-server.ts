/** A server for tests that takes sessions as ZooKeeper does and answers requests as a script says. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { ZooKeeperAddress } from './address.ts';
import { FrameReader } from './frames.ts';
import { JuteReader, JuteWriter } from './jute.ts';

const requestTypes: Readonly<Record<number, string>> = { 1: 'create', 4: 'get', 8: 'children' };

export interface ScriptedRequest {
  readonly xid: number;
  /** `create`, `get`, `children`, or its number. */
  readonly type: string;
  readonly body: JuteReader;
}

export interface Script {
  readonly timeoutMs: number;
  readonly sessionId: Buffer;
  /** The request number and the content of the answer; undefined: there is none. */
  readonly answer: (
    request: ScriptedRequest,
  ) => { readonly xid?: number; readonly body: JuteWriter } | undefined;
}

export class ScriptedServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #script: Script;

  constructor(script: Script) {
    this.#script = script;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Listens on a free port of loopback. */
  async start(): Promise<ZooKeeperAddress> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    const address = this.#server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    return { hosts: [{ host: '127.0.0.1', port }], login: undefined, path: '/mesos' };
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const frames = new FrameReader();
    let greeted = false;
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      for (const frame of frames.push(chunk)) {
        const answer = greeted ? this.#answer(frame) : this.#greeting();
        greeted = true;
        if (answer !== undefined) socket.write(answer);
      }
    });
  }

  #greeting(): Buffer {
    const { timeoutMs, sessionId } = this.#script;
    return new JuteWriter().int(0).int(timeoutMs).raw(sessionId).buffer(Buffer.alloc(16)).toFrame();
  }

  #answer(frame: Buffer): Buffer | undefined {
    const body = new JuteReader(frame);
    const xid = body.int();
    const type = body.int();
    const found = this.#script.answer({ xid, type: requestTypes[type] ?? String(type), body });
    if (found === undefined) return undefined;
    const content = found.body.toFrame().subarray(4);
    const head = new JuteWriter()
      .int(found.xid ?? xid)
      .raw(Buffer.alloc(8))
      .int(0);
    return head.raw(content).toFrame();
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}

/** What a server answers of a node. */
export function nodeAnswer(data: string, owner: Buffer): JuteWriter {
  const facts = new JuteWriter().buffer(Buffer.from(data)).raw(Buffer.alloc(32 + 12));
  return facts.raw(owner).raw(Buffer.alloc(16));
}
