/** A real ZooKeeper of several servers on loopback, each of which can be killed, stopped and started. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@stoke/kit';
import { waitFor } from './wait-for.ts';

const classPath = '/usr/share/java/zookeeper.jar';
const mainClass = 'org.apache.zookeeper.server.quorum.QuorumPeerMain';

/** Why no ensemble can be had on this machine; undefined when one can. */
export function whyNoZooKeeper(): string | undefined {
  if (!existsSync(classPath)) return 'libzookeeper-java is not installed';
  const java = spawnSync('java', ['-version']);
  return java.error === undefined ? undefined : 'there is no java';
}

interface Server {
  readonly directory: string;
  readonly port: number;
  child: ChildProcess | undefined;
}

export class ZooKeeperEnsemble {
  readonly #root = mkdtempSync(join(tmpdir(), 'stoke-zookeeper-'));
  #servers: Server[] = [];

  /** Starts the servers; resolves when each of them serves. */
  async start(count = 3): Promise<void> {
    const ports = await Promise.all(Array.from({ length: count * 3 }, () => freePort()));
    const peers = Array.from(
      { length: count },
      (_, index) =>
        `server.${index + 1}=127.0.0.1:${ports[count + index]}:${ports[2 * count + index]}`,
    );
    this.#servers = Array.from({ length: count }, (_, index) => {
      const directory = join(this.#root, String(index + 1));
      const port = ports[index] ?? 0;
      mkdirSync(join(directory, 'data'), { recursive: true });
      writeFileSync(join(directory, 'data', 'myid'), String(index + 1));
      writeFileSync(join(directory, 'zoo.cfg'), configuration(directory, port, peers));
      return { directory, port, child: undefined };
    });
    for (let index = 0; index < count; index += 1) this.launch(index);
    await Promise.all(this.#servers.map((_, index) => this.awaitServing(index)));
  }

  /** `host:port,…` of all servers. */
  get hosts(): string {
    return this.#servers.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  #server(index: number): Server {
    const server = this.#servers[index];
    if (server === undefined) throw new RangeError(`There is no server ${index}`);
    return server;
  }

  launch(index: number): void {
    const server = this.#server(index);
    const log = openSync(join(server.directory, 'log'), 'a');
    const memory = ['-Xmx128m', '-XX:TieredStopAtLevel=1'];
    const args = [...memory, '-cp', classPath, mainClass, join(server.directory, 'zoo.cfg')];
    server.child = spawn('java', args, { stdio: ['ignore', log, log] });
  }

  async awaitServing(index: number): Promise<void> {
    await waitFor(async () => (await this.mode(index)) !== undefined, {
      what: `server ${index} of ZooKeeper to serve; its log: ${join(this.#server(index).directory, 'log')}`,
      timeoutMs: 60_000,
    });
  }

  /** `leader` or `follower`; undefined while it serves nobody. */
  async mode(index: number): Promise<string | undefined> {
    const socket = connect(this.#server(index).port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      socket.end('srvr');
      let text = '';
      for await (const chunk of socket) text += String(chunk);
      return /^Mode: (\w+)$/m.exec(text)?.[1];
    } catch {
      return undefined;
    } finally {
      socket.destroy();
    }
  }

  async leader(): Promise<number> {
    for (const [index] of this.#servers.entries()) {
      if ((await this.mode(index)) === 'leader') return index;
    }
    throw new Error('No server of ZooKeeper leads');
  }

  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const { child } = this.#server(index);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = signal === 'SIGKILL' ? once(child, 'exit') : undefined;
    child.kill(signal);
    await exited;
  }

  log(index: number): string {
    return readFileSync(join(this.#server(index).directory, 'log'), 'utf8');
  }

  async stop(): Promise<void> {
    await Promise.all(this.#servers.map((_, index) => this.kill(index)));
    rmSync(this.#root, { recursive: true, force: true });
  }
}

function configuration(directory: string, port: number, peers: readonly string[]): string {
  const settings = {
    tickTime: 200,
    initLimit: 50,
    syncLimit: 25,
    dataDir: join(directory, 'data'),
    clientPort: port,
    clientPortAddress: '127.0.0.1',
    minSessionTimeout: 400,
    maxSessionTimeout: 60_000,
    'admin.enableServer': false,
    '4lw.commands.whitelist': '*',
    maxClientCnxns: 0,
    standaloneEnabled: false,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return `${[...lines, ...peers].join('\n')}\n`;
}
