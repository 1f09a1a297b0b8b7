/** Stories of revocable resources: told by an agent, offered to those who can lose them, counted apart. */
import type { FrameworkInfo, LinkMasterMessage, Offer, Resource } from '@stoke/protocol';
import { beforeEach, expect, test } from 'vitest';
import { metricsJson } from '../http/metrics-json.ts';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import { agentInfo, commandTask, frameworkInfo, scalar } from '../test-kit/samples.ts';

const INFO = agentInfo({ resources: [scalar('cpus', 2), scalar('mem', 1024)] });
const SYSTEM = { cpus: 1, loads: [], memTotalBytes: 1, memFreeBytes: 1 };

let driver: CoreDriver;
let agent: AgentClient;
let framework: FrameworkClient;
beforeEach(() => {
  driver = new CoreDriver();
  agent = driver.registerAgent(INFO);
  framework = driver.subscribe(daring());
});

function daring(): FrameworkInfo {
  const info = frameworkInfo({ name: 'daring' });
  return { ...info, capabilities: [...(info.capabilities ?? []), { type: 'REVOCABLE_RESOURCES' }] };
}

function revocable(name: string, value: number): Resource {
  return { ...scalar(name, value), revocable: {} };
}

function tell(...resources: Resource[]): void {
  agent.say({
    type: 'UPDATE_AGENT',
    update_agent: { update_oversubscribed_resources: true, oversubscribed_resources: resources },
  });
}

function revocableIn(offer: Offer | undefined): (readonly [string, number | undefined])[] {
  return (offer?.resources ?? []).flatMap((one) =>
    one.revocable === undefined ? [] : [[one.name, one.scalar?.value] as const],
  );
}

function metric(name: string): number | undefined {
  return metricsJson(driver.state, driver.nowMs, SYSTEM)[name];
}

function launch(offer: Offer, id: string): void {
  const resources = [revocable('cpus', 1), scalar('mem', 128)];
  framework.launch(offer, [commandTask(id, agent.id, { resources })]);
}

test('UPDATE_AGENT adds revocable resources that only frameworks with the capability are offered', () => {
  framework.decline(framework.nextOffer(), 0);
  tell(revocable('cpus', 4));
  const offer = framework.nextOffer();
  expect(revocableIn(offer)).toEqual([['cpus', 4]]);
  framework.call({ type: 'SUPPRESS' });
  framework.decline(offer, 0);
  const cautious = driver.subscribe(frameworkInfo({ name: 'cautious' }));
  expect(revocableIn(cautious.nextOffer())).toEqual([]);
});

test('UPDATE_AGENT rescinds offers with the old revocable resources and offers the new ones', () => {
  framework.decline(framework.nextOffer(), 0);
  tell(revocable('cpus', 4));
  const old = framework.nextOffer();
  tell(revocable('cpus', 1));
  const rescinded = framework.all('RESCIND').map(({ rescind }) => rescind?.offer_id.value);
  expect(rescinded).toEqual([old.id.value]);
  expect(revocableIn(framework.nextOffer())).toEqual([['cpus', 1]]);
});

test('UPDATE_AGENT with less than is in use offers nothing more, and takes nothing away', () => {
  framework.decline(framework.nextOffer(), 0);
  tell(revocable('cpus', 1));
  launch(framework.nextOffer(), 'a');
  expect(agent.all('RUN_TASK')).toHaveLength(1);
  tell();
  expect(revocableIn(framework.nextOffer())).toEqual([]);
  expect(metric('master/cpus_revocable_used')).toBe(1);
});

test.each([
  ['firm', scalar('cpus', 4)],
  ['negative', revocable('cpus', -1)],
])('UPDATE_AGENT with %s resources is ignored', (_what, resource) => {
  tell(resource);
  expect(metric('master/cpus_total')).toBe(2);
  expect(metric('master/cpus_revocable_total')).toBe(0);
});

test('metrics count revocable resources apart from firm ones', () => {
  framework.decline(framework.nextOffer(), 0);
  tell(revocable('cpus', 4));
  launch(framework.nextOffer(), 'a');
  expect(metric('master/cpus_total')).toBe(2);
  expect(metric('master/cpus_used')).toBe(0);
  expect(metric('master/cpus_revocable_total')).toBe(4);
  expect(metric('master/cpus_revocable_used')).toBe(1);
  expect(metric('master/cpus_revocable_percent')).toBe(0.25);
  expect(metric('master/mem_used')).toBe(128);
});

test('why says that what is free is revocable', () => {
  expect(framework.nextOffer().resources).toHaveLength(2);
  const cautious = driver.subscribe(frameworkInfo({ name: 'cautious' }));
  tell(revocable('cpus', 4));
  const [role] = driver.state.allocator.why(cautious.id, driver.nowMs).roles;
  expect(role?.agents[0]).toMatchObject({ reason: 'revocable' });
});

test('orders carry the resource version that the agent told last', () => {
  const versionIn = (message: LinkMasterMessage | undefined): number | undefined =>
    message?.run_task?.resource_version_uuid?.[0];
  const version = (first: number): Uint8Array => new Uint8Array(16).fill(first);
  const known = agent.id;
  const report = { agent_info: { ...INFO, id: { value: known } }, version: '1.11.0' };
  for (const first of [1, 2]) {
    const back = driver.reregisterAgent({ ...report, resource_version_uuid: version(first) });
    const task = commandTask(`t${first}`, known);
    framework.launch(framework.nextOffer(), [task]);
    expect(versionIn(back.all('RUN_TASK')[0])).toBe(first);
    back.update(framework, `t${first}`, { state: 'TASK_FINISHED', uuid: first });
  }
});
