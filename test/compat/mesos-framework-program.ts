/**
 * A framework written with npm's mesos-framework, unchanged: two command tasks, then TEARDOWN.
 * Usage: node mesos-framework-program.ts HOST PORT LOG_DIR; prints what happens as JSON lines.
 */
import type { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

interface Update {
  readonly status: { readonly task_id: { readonly value: string }; readonly state: string };
}

interface Scheduler extends EventEmitter {
  subscribe(): void;
  teardown(): void;
}

interface MesosFramework {
  readonly Scheduler: new (options: object) => Scheduler;
  readonly Mesos: {
    getMesos(): { readonly CommandInfo: new (...fields: unknown[]) => object };
  };
}

const [host = '', port = '', logDir = ''] = process.argv.slice(2);
const library = createRequire(import.meta.url)('mesos-framework') as MesosFramework;
const { CommandInfo } = library.Mesos.getMesos();

function tell(event: string, details: object = {}): void {
  process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);
}

const scheduler = new library.Scheduler({
  masterUrl: host,
  port,
  frameworkName: 'from npm',
  logging: { path: logDir, fileName: 'mesos-framework.log', level: 'error' },
  restartStates: [],
  tasks: {
    sleeper: {
      priority: 1,
      instances: 2,
      commandInfo: new CommandInfo(null, null, true, 'sleep 0.3', null, null),
      resources: { cpus: 0.2, mem: 32, ports: 1, disk: 0 },
    },
  },
});

let finished = 0;
/** The library calls the end of its stream an error, and the master ends it on TEARDOWN. */
let leaving = false;
scheduler.on('ready', () => scheduler.subscribe());
scheduler.on('subscribed', ({ frameworkId }: { frameworkId: string }) => {
  tell('subscribed', { frameworkId });
});
scheduler.on('offers', () => tell('offers'));
scheduler.on('heartbeat', () => tell('heartbeat'));
scheduler.on('sent_accept', () => tell('sent_accept'));
scheduler.on('sent_acknowledge', () => tell('sent_acknowledge'));
scheduler.on('update', ({ status }: Update) => {
  tell('update', { taskId: status.task_id.value, state: status.state });
  if (/FAILED|LOST|ERROR|KILLED|DROPPED/.test(status.state)) process.exit(3);
  if (status.state === 'TASK_FINISHED') finished++;
  if (finished < 2 || leaving) return;
  leaving = true;
  scheduler.teardown();
});
scheduler.on('error', (error: unknown) => {
  if (!leaving) tell('error', { error });
});
// It would subscribe again when the stream ends, so its owner has to leave.
scheduler.on('sent_teardown', () => {
  tell('sent_teardown');
  process.exit(0);
});
