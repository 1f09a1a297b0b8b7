/** Agents are emptied and machines taken down by operators, through kill -9 of master and agent. */
import { callMaster, createConnection } from '@stoke/client';
import type { InverseOffer, MachineID, MasterCall, MasterResponse, Offer } from '@stoke/protocol';
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { type Daemon, startCluster, type TestCluster, waitFor } from '@stoke/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TaskRunner } from './support/task-runner.ts';

let cluster: TestCluster;
let agent: Daemon;

beforeEach(async () => {
  cluster = await startCluster({ masterFlags: ['--allocation_interval=100ms'] });
  const [first] = cluster.agents;
  if (first === undefined) throw new Error('the cluster has an agent');
  agent = first;
});

afterEach(() => cluster.stop());

function call(request: MasterCall): Promise<MasterResponse> {
  return callMaster(createConnection({ url: cluster.master.url, timeoutMs: 10_000 }), request);
}

async function soleAgent() {
  const { get_agents } = await call({ type: 'GET_AGENTS' });
  return get_agents?.agents?.[0];
}

async function agentId(): Promise<{ readonly value: string }> {
  return { value: (await soleAgent())?.agent_info.id?.value ?? '' };
}

/** Waits until the agent's process has ended by itself. */
async function goneByItself(daemon: Daemon): Promise<void> {
  const { pid } = daemon;
  const ended = (): boolean => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  await waitFor(ended, { what: 'the end of the agent', timeoutMs: 30_000 });
}

test('an agent is drained although everybody is killed meanwhile, and used again afterwards', async () => {
  const runner = new TaskRunner('drained', cluster.master.url);
  const stubborn = {
    id: 'stubborn',
    command: "trap '' TERM; while :; do sleep 0.1; done",
    more: { kill_policy: { grace_period: { nanoseconds: 3600e9 } } },
  };
  await runner.launch([{ id: 'gentle', command: 'sleep 1000' }, stubborn]);
  for (const id of ['gentle', 'stubborn']) await runner.seen(id, 'TASK_RUNNING');
  const agent_id = await agentId();
  const max_grace_period = { seconds: 1 };
  await call({ type: 'DRAIN_AGENT', drain_agent: { agent_id, max_grace_period } });
  await Promise.all([cluster.master.signal('SIGKILL'), agent.signal('SIGKILL')]);
  await cluster.master.start();
  await agent.start();
  for (const id of ['gentle', 'stubborn']) {
    expect(await runner.seen(id, 'TASK_KILLED')).toMatchObject({ reason: 'REASON_AGENT_DRAINING' });
  }
  const drained = async () => (await soleAgent())?.drain_info?.state === 'DRAINED';
  await waitFor(drained, { what: 'the agent to be drained', timeoutMs: 30_000 });
  expect(await soleAgent()).toMatchObject({ active: false, deactivated: true });
  expect((await soleAgent())?.offered_resources ?? []).toEqual([]);
  await call({ type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } });
  await runner.launch([{ id: 'after', command: 'true' }]);
  await runner.seen('after', 'TASK_FINISHED');
  await runner.end();
});

test('an agent that is drained to be gone ends, and its tasks are gone', async () => {
  const runner = new TaskRunner('gone', cluster.master.url);
  await runner.launch([{ id: 'task', command: 'sleep 1000' }]);
  await runner.seen('task', 'TASK_RUNNING');
  const agent_id = await agentId();
  await call({ type: 'DRAIN_AGENT', drain_agent: { agent_id, mark_gone: true } });
  expect(await runner.seen('task', 'TASK_GONE_BY_OPERATOR')).toMatchObject({
    reason: 'REASON_AGENT_DRAINING',
  });
  await goneByItself(agent);
  expect(await soleAgent()).toBeUndefined();
  await runner.end();
});

/** A framework that promises to leave whenever it is asked. */
class Mover {
  readonly driver: SchedulerDriver;
  readonly asked: InverseOffer[] = [];
  offers: Offer[] = [];
  readonly ended: Promise<void>;

  constructor(master: string) {
    this.driver = createSchedulerDriver({
      masters: [master],
      framework: { user: 'root', name: 'mover', failover_timeout: 60 },
      handlers: {
        subscribed: () => {
          this.offers = [];
        },
        offers: (fresh) => {
          this.offers.push(...fresh);
        },
        rescind: (id) => {
          this.offers = this.offers.filter((offer) => offer.id.value !== id);
        },
        inverseOffers: async (inverse) => {
          this.asked.push(...inverse);
          const ids = inverse.map(({ id }) => id.value);
          await this.driver.acceptInverseOffers(ids, { refuseSeconds: 3600 });
        },
      },
    });
    this.ended = this.driver.run();
  }

  /** An offer of the agent with, or without, planned maintenance. */
  offer(planned: boolean): Promise<Offer> {
    const find = () => this.offers.find((it) => (it.unavailability !== undefined) === planned);
    return waitFor(find, { what: `an offer, planned: ${planned}`, timeoutMs: 30_000 });
  }
}

test('a machine goes through a maintenance window that frameworks were told of', async () => {
  const mover = new Mover(cluster.master.url);
  await mover.offer(false);
  const hostname = (await soleAgent())?.agent_info.hostname ?? '';
  const machines: MachineID[] = [{ hostname, ip: '127.0.0.1' }];
  const unavailability = {
    start: { nanoseconds: 1_795_207_969_000_000_000 },
    duration: { nanoseconds: 3600e9 },
  };
  const schedule = { windows: [{ machine_ids: machines, unavailability }] };
  await call({
    type: 'UPDATE_MAINTENANCE_SCHEDULE',
    update_maintenance_schedule: { schedule },
  });
  expect((await mover.offer(true)).unavailability).toEqual(unavailability);
  const answers = async () => {
    const { get_maintenance_status } = await call({ type: 'GET_MAINTENANCE_STATUS' });
    return get_maintenance_status?.status.draining_machines?.[0]?.statuses;
  };
  const [answer] = await waitFor(answers, { what: 'the promise to leave' });
  expect(answer?.status).toBe('ACCEPT');
  expect(mover.asked[0]?.unavailability).toEqual(unavailability);

  await cluster.master.crashAndRestart();
  await cluster.waitForAgents(1);
  const kept = await call({ type: 'GET_MAINTENANCE_SCHEDULE' });
  expect(kept.get_maintenance_schedule?.schedule).toEqual(schedule);
  await waitFor(() => mover.asked.length > 1, { what: 'another question', timeoutMs: 30_000 });

  await call({ type: 'START_MAINTENANCE', start_maintenance: { machines } });
  await goneByItself(agent);
  await cluster.master.crashAndRestart();
  const { get_maintenance_status } = await call({ type: 'GET_MAINTENANCE_STATUS' });
  expect(get_maintenance_status?.status).toEqual({ down_machines: machines });
  await call({ type: 'STOP_MAINTENANCE', stop_maintenance: { machines } });
  await agent.start();
  await cluster.waitForAgents(1);
  await mover.offer(false);
  await mover.driver.teardown();
  await mover.ended;
});
