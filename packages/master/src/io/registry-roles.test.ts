/** What operators set is on disk before they are told so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { agentInfo } from '../test-kit/core-driver.ts';
import { HttpDriver, type Injected } from '../test-kit/http-driver.ts';

function post(driver: HttpDriver, call: unknown): Promise<Injected> {
  return driver.inject({
    method: 'POST',
    url: '/api/v1',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(call),
  });
}

test('readRegistry() gives back weights, quota and agents out of service', async () => {
  const work_dir = mkdtempSync(join(tmpdir(), 'stoke-registry-'));
  const flags = { work_dir, registry: 'replicated_log' };
  const first = new HttpDriver(flags);
  first.master.shell.dispatch({
    type: 'AGENT_MESSAGE',
    link: 'l',
    peer: '127.0.0.1',
    message: { type: 'REGISTER', register: { agent_info: agentInfo(), version: '1.11.0' } },
  });
  const quota_configs = [{ role: 'web', limits: { cpus: { value: 0 }, mem: { value: 64.5 } } }];
  const weight_infos = [{ role: 'web/db', weight: 2.5 }];
  const quota = await post(first, { type: 'UPDATE_QUOTA', update_quota: { quota_configs } });
  const weights = await post(first, { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos } });
  const [agentId = ''] = first.master.shell.state.agents.keys();
  const agent_id = { value: agentId };
  const service = await post(first, {
    type: 'DEACTIVATE_AGENT',
    deactivate_agent: { agent_id },
  });
  expect([quota.status, weights.status, service.status]).toEqual([200, 200, 200]);
  await first.close();

  const second = new HttpDriver(flags);
  const { state } = second.master.shell;
  expect([...state.weights]).toEqual([['web/db', 2.5]]);
  expect([...state.deactivatedAgents]).toEqual([agentId]);
  const shown = JSON.parse((await post(second, { type: 'GET_QUOTA' })).body);
  expect(shown.get_quota.status.configs).toEqual(quota_configs);
  await second.close();
  rmSync(work_dir, { recursive: true });
});

test('readRegistry() gives back agents that drain, and the maintenance of machines', async () => {
  const work_dir = mkdtempSync(join(tmpdir(), 'stoke-registry-'));
  const flags = { work_dir, registry: 'replicated_log' };
  const first = new HttpDriver(flags);
  const agent_capabilities = [{ type: 'AGENT_DRAINING' as const }];
  const register = { agent_info: agentInfo(), version: '1.11.0', agent_capabilities };
  first.master.shell.dispatch({
    type: 'AGENT_MESSAGE',
    link: 'l',
    peer: '127.0.0.1',
    message: { type: 'REGISTER', register },
  });
  const machine_ids = [{ hostname: 'A/b', ip: '10.0.0.1' }, { hostname: 'c' }];
  const unavailability = { start: { nanoseconds: 1_795_207_969_000_000_000 } };
  const schedule = { windows: [{ machine_ids, unavailability }] };
  const planned = await post(first, {
    type: 'UPDATE_MAINTENANCE_SCHEDULE',
    update_maintenance_schedule: { schedule },
  });
  const started = await post(first, {
    type: 'START_MAINTENANCE',
    start_maintenance: { machines: machine_ids.slice(0, 1) },
  });
  const [agentId = ''] = first.master.shell.state.agents.keys();
  const max_grace_period = { seconds: 5, nanos: 500 };
  const drained = await post(first, {
    type: 'DRAIN_AGENT',
    drain_agent: { agent_id: { value: agentId }, max_grace_period },
  });
  expect([planned.status, started.status, drained.status]).toEqual([200, 200, 200]);
  const { draining, deactivatedAgents } = first.master.shell.state;
  await first.close();

  const second = new HttpDriver(flags);
  const { state } = second.master.shell;
  expect(state.schedule).toEqual(schedule);
  expect([...state.machines.values()].map(({ id, down }) => [id, down])).toEqual([
    [machine_ids[0], true],
    [machine_ids[1], false],
  ]);
  expect(state.draining.get(agentId)?.config).toEqual({
    max_grace_period: { nanoseconds: 5_000_000_500 },
    mark_gone: false,
  });
  expect(state.draining.get(agentId)?.startedMs).toBe(draining.get(agentId)?.startedMs);
  expect(state.deactivatedAgents).toEqual(deactivatedAgents);
  await second.close();
  rmSync(work_dir, { recursive: true });
});
