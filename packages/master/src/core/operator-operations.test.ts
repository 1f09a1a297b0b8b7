/** Stories of operators who reserve: what is free first, then just enough offers, never what is used. */
import type { Offer_Operation, OperationState, Resource } from '@stoke/protocol';
import { beforeEach, expect, test } from 'vitest';
import type { AgentClient } from '../test-kit/agent-client.ts';
import { CoreDriver } from '../test-kit/core-driver.ts';
import type { FrameworkClient } from '../test-kit/framework-client.ts';
import {
  agentInfo,
  commandTask,
  create,
  destroy,
  frameworkInfo,
  reserve,
  scalar,
  unreserve,
} from '../test-kit/samples.ts';
import type { Outcome } from './replies.ts';

const INFO = agentInfo({
  resources: [scalar('cpus', 4), scalar('mem', 4096), scalar('disk', 100)],
});
const top = { type: 'DYNAMIC', role: 'ops' } as const;

function reserved(name: string, value: number): Resource {
  return { ...scalar(name, value), reservations: [top] };
}

let driver: CoreDriver;
let agent: AgentClient;
let framework: FrameworkClient;
beforeEach(() => {
  driver = new CoreDriver();
  agent = driver.registerAgent(INFO);
  framework = driver.subscribe(frameworkInfo({ roles: ['web', 'ops'] }));
});

function ask(operation: Offer_Operation, agentId: string, principal?: string): void {
  driver.replies.clear();
  driver.dispatch({ type: 'OPERATE', request: 'r', agentId, operation, principal });
}

/** The agent has its newest operation on disk, or refuses it. */
function finish(state: OperationState = 'OPERATION_FINISHED'): void {
  const order = agent.all('APPLY_OPERATION').at(-1)?.apply_operation;
  if (order === undefined) throw new Error('no operation was sent');
  const { operation_uuid } = order;
  agent.say({ type: 'OPERATION_STATUS', operation_status: { operation_uuid, status: { state } } });
}

/** Asks, lets the agent do it, and gives the answer. */
function operate(operation: Offer_Operation, agentId = agent.id, principal?: string): Outcome {
  ask(operation, agentId, principal);
  if (!driver.replies.has('r')) finish();
  const outcome = driver.replies.get('r');
  if (outcome === undefined) throw new Error('no answer came');
  return outcome;
}

test('a reservation takes what is free and leaves offers alone', () => {
  framework.launch(framework.nextOffer(), [
    commandTask('t', agent.id, { resources: [scalar('cpus', 2)] }),
  ]);
  const offer = framework.nextOffer();
  agent.update(framework, 't', { state: 'TASK_FINISHED' });
  expect(operate(reserve(reserved('cpus', 2)))).toEqual({ status: 200 });
  expect(driver.state.offers.has(offer.id.value)).toBe(true);
  expect(agent.all('APPLY_OPERATION')).toHaveLength(1);
});

test('a reservation rescinds the offer that is in the way, and the role gets what is reserved', () => {
  const offer = framework.nextOffer();
  expect(operate(reserve(reserved('cpus', 1)))).toEqual({ status: 200 });
  expect(driver.state.offers.has(offer.id.value)).toBe(false);
  driver.advance(1000);
  const stacks = framework
    .offers()
    .flatMap(({ resources }) =>
      (resources ?? []).flatMap(({ name, reservations }) =>
        reservations === undefined ? [] : [name],
      ),
    );
  expect(stacks).toEqual(['cpus']);
});

test('what tasks use cannot be reserved, and no offer is rescinded for it', () => {
  framework.launch(framework.nextOffer(), [
    commandTask('t', agent.id, { resources: [scalar('cpus', 3)] }),
  ]);
  const offer = framework.nextOffer();
  expect(operate(reserve(reserved('cpus', 2)))).toMatchObject({ status: 409 });
  expect(driver.state.offers.has(offer.id.value)).toBe(true);
});

test('an operator may reserve anew for another role, and make and unmake volumes', () => {
  const other = { ...scalar('disk', 50), reservations: [{ ...top, role: 'db' }] };
  const volume = {
    ...other,
    disk: { persistence: { id: 'v' }, volume: { container_path: 'd', mode: 'RW' as const } },
  };
  const source = [reserved('disk', 50)];
  expect(operate(reserve(...source)).status).toBe(200);
  expect(operate({ type: 'RESERVE', reserve: { source, resources: [other] } }).status).toBe(200);
  expect(operate(create(volume)).status).toBe(200);
  expect(operate(unreserve(volume)).status).toBe(400);
  expect(operate(destroy(volume)).status).toBe(200);
  expect(operate(unreserve(other)).status).toBe(200);
  expect(driver.state.agents.get(agent.id)?.total.items.map(({ key }) => key)).toHaveLength(3);
});

test.each<[string, Offer_Operation, string | undefined]>([
  ['a static reservation', reserve(scalar('cpus', 1)), undefined],
  [
    'another principal',
    reserve({ ...reserved('cpus', 1), reservations: [{ ...top, principal: 'x' }] }),
    'ops',
  ],
  ['no principal', reserve(reserved('cpus', 1)), 'ops'],
  [
    'a source of another size',
    {
      type: 'RESERVE',
      reserve: { source: [reserved('cpus', 1)], resources: [reserved('cpus', 2)] },
    },
    undefined,
  ],
  [
    'allocated resources',
    reserve({ ...reserved('cpus', 1), allocation_info: { role: 'web' } }),
    undefined,
  ],
])('an operator with %s is refused', (_what, operation, principal) => {
  expect(operate(operation, agent.id, principal)).toMatchObject({ status: 400 });
});

test('an unknown agent is refused', () => {
  expect(operate(reserve(reserved('cpus', 1)), 'nope')).toEqual({
    status: 400,
    reason: 'No agent found with specified ID',
  });
});

test('an agent that is away is not operated on', () => {
  agent.disconnect();
  expect(operate(reserve(reserved('cpus', 1)))).toMatchObject({ status: 409 });
});

test('an operator is answered when the agent has the operation on disk, not before', () => {
  ask(reserve(reserved('cpus', 1)), agent.id);
  expect(driver.replies.size).toBe(0);
  finish();
  expect(driver.replies.get('r')).toEqual({ status: 200 });
});

test('an operator is told when the agent refuses, or goes away before it answers', () => {
  ask(reserve(reserved('cpus', 1)), agent.id);
  finish('OPERATION_ERROR');
  expect(driver.replies.get('r')).toMatchObject({ status: 409 });
  ask(reserve(reserved('cpus', 1)), agent.id);
  agent.disconnect();
  expect(driver.replies.get('r')).toMatchObject({ status: 503 });
});

test('an operator is told when the agent is removed before it answers', () => {
  ask(reserve(reserved('cpus', 1)), agent.id);
  agent.say({ type: 'UNREGISTER' });
  expect(driver.replies.get('r')).toMatchObject({ status: 503 });
});
