/** `GET /stoke/why`: every reason of the allocator, in one sentence with numbers. */
import type { AgentInfo, FrameworkInfo, LinkAgentMessage, Offer } from '@stoke/protocol';
import { afterEach, expect, test } from 'vitest';
import type { WaitReport } from '../core/why.ts';
import { HttpDriver } from '../test-kit/http-driver.ts';
import { agentInfo, frameworkInfo, scalar } from '../test-kit/samples.ts';

let driver: HttpDriver;
let links = 0;
afterEach(async () => {
  await driver.close();
});

type Register = NonNullable<LinkAgentMessage['register']>;

/** An agent of 4 cpus and 4 GB, or as told. */
async function addAgent(info: Partial<AgentInfo> = {}, more: Partial<Register> = {}) {
  const capabilities = ['MULTI_ROLE', 'HIERARCHICAL_ROLE', 'RESERVATION_REFINEMENT'] as const;
  const { state } = driver.master.shell;
  const before = state.agents.size;
  driver.master.shell.dispatch({
    type: 'AGENT_MESSAGE',
    link: `link${links++}`,
    peer: '127.0.0.1',
    message: {
      type: 'REGISTER',
      register: {
        agent_info: agentInfo({ port: 5051 + before, ...info }),
        version: '1.11.0',
        agent_capabilities: capabilities.map((type) => ({ type })),
        ...more,
      },
    },
  });
  // The registry in memory commits at once, but not in the same turn.
  await expect.poll(() => state.agents.size).toBe(before + 1);
  return [...state.agents.values()].at(-1)?.id ?? '';
}

function subscribe(info: Partial<FrameworkInfo> = {}): string {
  return driver.subscribe(frameworkInfo(info), `stream${links++}`);
}

function allocate(): void {
  driver.master.shell.dispatch({ type: 'ALLOCATE' });
}

function offersOf(frameworkId: string): Offer[] {
  const { offers } = driver.master.shell.state;
  return [...offers.values()].filter((it) => it.frameworkId === frameworkId).map((it) => it.wire);
}

function callOf(frameworkId: string, call: object): void {
  driver.master.shell.dispatch({
    type: 'CALL',
    frameworkId,
    call: { framework_id: { value: frameworkId }, ...call },
  });
}

async function reasonsOf(frameworkId: string): Promise<(readonly [string, string])[]> {
  const { status, body } = await driver.inject({ url: `/stoke/why?framework=${frameworkId}` });
  expect(status).toBe(200);
  const { roles } = JSON.parse(body) as WaitReport;
  return roles.flatMap(({ reasons }) => reasons.map(({ kind, sentence }) => [kind, sentence]));
}

const ROOM = 'most free on one: cpus 4, mem 4096';

test('why says that the host is not on the whitelist', async () => {
  driver = new HttpDriver();
  await addAgent();
  const framework = subscribe();
  driver.master.shell.dispatch({ type: 'WHITELIST', hostnames: new Set(['other']) });
  allocate();
  expect(await reasonsOf(framework)).toEqual([
    [
      'whitelist',
      `1 agent: the whitelist of the master does not name the host of the agent; ${ROOM}`,
    ],
  ]);
});

test('why says which capability an agent or framework lacks', async () => {
  driver = new HttpDriver();
  await addAgent({}, { agent_capabilities: [{ type: 'MULTI_ROLE' }] });
  await addAgent({ resources: [scalar('cpus', 2), scalar('mem', 64), scalar('gpus', 1)] });
  const framework = subscribe({ roles: ['a/b'] });
  expect(await reasonsOf(framework)).toEqual([
    ['agent-capability', `1 agent: the agent is too old for this framework or role; ${ROOM}`],
    [
      'gpu',
      '1 agent: the agent has gpus and the framework lacks the GPU_RESOURCES capability; most free on one: cpus 2, mem 64, gpus 1',
    ],
  ]);
});

test('why says that an agent is in another region', async () => {
  const domain = (name: string) => ({ fault_domain: { region: { name }, zone: { name: 'a' } } });
  driver = new HttpDriver({ domain: JSON.stringify(domain('here')) });
  await addAgent({ domain: domain('there') });
  const [[kind] = []] = await reasonsOf(subscribe());
  expect(kind).toBe('region');
});

test('why says that constraints of the framework exclude the agent', async () => {
  driver = new HttpDriver();
  await addAgent();
  const stream = 'constrained';
  const predicate = { text_equals: { value: 'elsewhere' } };
  const constraint = { selector: { pseudoattribute_type: 'HOSTNAME' as const }, predicate };
  driver.master.shell.dispatch({
    type: 'SUBSCRIBE',
    stream,
    principal: undefined,
    subscribe: {
      framework_info: frameworkInfo(),
      offer_constraints: {
        role_constraints: { web: { groups: [{ attribute_constraints: [constraint] }] } },
      },
    },
  });
  const framework = driver.master.shell.state.streams.get(stream) ?? '';
  const [[kind] = []] = await reasonsOf(framework);
  expect(kind).toBe('constraint');
});

test('why says that the rest is reserved for others, and that everything is taken', async () => {
  driver = new HttpDriver();
  await addAgent({
    resources: ['cpus', 'mem'].map((name) => ({
      ...scalar(name, 64),
      reservations: [{ type: 'STATIC' as const, role: 'static' }],
    })),
  });
  await addAgent();
  const first = subscribe();
  allocate();
  expect(offersOf(first)).toHaveLength(1);
  const kinds = (await reasonsOf(subscribe())).map(([kind]) => kind);
  expect(new Set(kinds)).toEqual(new Set(['reserved', 'in-use']));
});

test('why says by how much an agent is too small', async () => {
  driver = new HttpDriver({ min_allocatable_resources: 'cpus:2;mem:128|disk:500' });
  await addAgent({ resources: [scalar('cpus', 0.5), scalar('mem', 100)] });
  expect(await reasonsOf(subscribe())).toEqual([
    [
      'min-allocatable',
      '1 agent: what is free is less than the smallest offer allowed; most free on one: cpus 0.5, mem 100; missing there: cpus 1.5, mem 28',
    ],
  ]);
});

test('why tells of quota: the limit reached, and what is kept for others', async () => {
  driver = new HttpDriver();
  await addAgent();
  const { allocator } = driver.master.shell.state;
  const none = new Map<string, number>();
  allocator.setQuota('web', {
    guarantees: none,
    limits: new Map([
      ['cpus', 0],
      ['mem', 0],
    ]),
  });
  allocator.setQuota('batch', {
    guarantees: new Map([
      ['cpus', 4000],
      ['mem', 4_096_000],
    ]),
    limits: none,
  });
  expect(await reasonsOf(subscribe())).toEqual([
    [
      'quota-limit',
      `1 agent: the role's quota limit is reached; ${ROOM}; limit of role 'web': cpus 0, mem 0, in use: nothing`,
    ],
  ]);
  expect(await reasonsOf(subscribe({ roles: ['rest'] }))).toEqual([
    [
      'quota-headroom',
      `1 agent: what is free is kept for the quota guarantees of other roles; ${ROOM}; guaranteed to others and not used yet: cpus 4, mem 4096`,
    ],
  ]);
});

test('why says that offers were declined, are in hand, suppressed, or due', async () => {
  driver = new HttpDriver();
  await addAgent();
  const framework = subscribe();
  expect(await reasonsOf(framework)).toEqual([
    ['next-cycle', `1 agent: an offer is due with the next allocation; ${ROOM}`],
  ]);
  allocate();
  const [offer] = offersOf(framework);
  expect((await reasonsOf(framework))[0]?.[0]).toBe('offer-outstanding');
  const decline = {
    offer_ids: offer === undefined ? [] : [offer.id],
    filters: { refuse_seconds: 60 },
  };
  callOf(framework, { type: 'DECLINE', decline });
  expect(await reasonsOf(framework)).toEqual([
    ['refused', `1 agent: the framework declined these resources; ${ROOM}`],
  ]);
  callOf(framework, { type: 'REVIVE' });
  callOf(framework, { type: 'SUPPRESS' });
  const kinds = (await reasonsOf(framework)).map(([kind]) => kind);
  expect(kinds).toEqual(['general', 'suppressed']);
});

test('why says that the framework is not connected', async () => {
  driver = new HttpDriver();
  await addAgent();
  const framework = subscribe();
  const stream = driver.master.shell.state.frameworks.get(framework)?.stream ?? '';
  driver.master.shell.dispatch({ type: 'STREAM_CLOSED', stream });
  const kinds = (await reasonsOf(framework)).map(([kind]) => kind);
  expect(kinds).toEqual(['general', 'inactive']);
});
