/** What operators set is on disk before they are told so. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HttpDriver, type Injected } from '../test-kit/http-driver.ts';
import { agentInfo } from '../test-kit/samples.ts';

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
