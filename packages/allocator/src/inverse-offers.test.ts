/** Inverse offers: who is asked, when, and when again. */

import { allocate, parseResources, type Resources } from '@stoke/resources';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Allocator, createAllocator } from './index.ts';

function parse(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.resources;
}

const task = allocate(parse('cpus:1;mem:32'), 'eng');

function newAllocator(): Allocator {
  return createAllocator({ allocationIntervalMs: 1000, random: () => 0.5 });
}

/** Agent `s` that is going away, where `f` runs a task. */
function busy(unavailable = true): Allocator {
  const allocator = newAllocator();
  const used = new Map([['f', task]]);
  const total = parse('cpus:1;mem:32');
  allocator.addAgent({ agentId: 's', hostname: 's', total, used, unavailable });
  allocator.addFramework({ frameworkId: 'f', roles: ['eng'], capabilities: [] });
  return allocator;
}

function asked(allocator: Allocator, nowMs: number, scope?: 'events'): string[] {
  const { inverse } = allocator.allocate({ nowMs, ...(scope === undefined ? {} : { scope }) });
  return inverse.map(({ frameworkId, agentId }) => `${frameworkId}←${agentId}`);
}

const about = { frameworkId: 'f', agentId: 's' };

test('askHolders asks a holder once, and again only when it has answered', () => {
  const allocator = busy();
  expect(asked(allocator, 0)).toEqual(['f←s']);
  expect(asked(allocator, 1000)).toEqual([]);
  allocator.answerInverse({ ...about, nowMs: 1500 });
  expect(asked(allocator, 2000)).toEqual(['f←s']);
});

test('askHolders leaves a framework alone for as long as it asked for, or until it revives', () => {
  const allocator = busy();
  asked(allocator, 0);
  allocator.answerInverse({ ...about, refuseSeconds: 10, nowMs: 0 });
  expect(asked(allocator, 9999)).toEqual([]);
  expect(asked(allocator, 10_000)).toEqual(['f←s']);
  allocator.answerInverse({ ...about, refuseSeconds: Number.POSITIVE_INFINITY, nowMs: 10_000 });
  expect(asked(allocator, 1e12)).toEqual([]);
  allocator.revive('f');
  expect(asked(allocator, 1e12, 'events')).toEqual(['f←s']);
});

test('setUnavailable makes frameworks think again, or leaves them in peace', () => {
  const allocator = busy(false);
  expect(asked(allocator, 0)).toEqual([]);
  allocator.setUnavailable('s', true);
  expect(allocator.wantsRun()).toBe(true);
  expect(asked(allocator, 0, 'events')).toEqual(['f←s']);
  allocator.answerInverse({ ...about, refuseSeconds: 1000, nowMs: 0 });
  allocator.setUnavailable('s', true);
  expect(asked(allocator, 1000)).toEqual(['f←s']);
  allocator.setUnavailable('s', false);
  allocator.answerInverse({ ...about, nowMs: 2000 });
  expect(asked(allocator, 3000)).toEqual([]);
});

test('askHolders asks whoever is offered the agent, and nobody who holds nothing', () => {
  const allocator = newAllocator();
  allocator.addAgent({ agentId: 's', hostname: 's', total: parse('cpus:1;mem:32') });
  for (const frameworkId of ['a', 'b']) {
    allocator.addFramework({ frameworkId, roles: [frameworkId], capabilities: [] });
  }
  allocator.setUnavailable('s', true);
  const { allocations, inverse } = allocator.allocate({ nowMs: 0 });
  expect(inverse).toEqual([{ frameworkId: allocations[0]?.frameworkId, agentId: 's' }]);
});

test('askHolders leaves out frameworks and agents that are not there', () => {
  const allocator = busy();
  allocator.setFrameworkActive('f', false);
  expect(asked(allocator, 0)).toEqual([]);
  allocator.setFrameworkActive('f', true);
  allocator.setAgentActive('s', false);
  expect(asked(allocator, 1000)).toEqual([]);
  allocator.setAgentActive('s', true);
  expect(asked(allocator, 2000)).toEqual(['f←s']);
  allocator.removeFramework('f');
  allocator.removeAgent('s');
  expect(asked(allocator, 3000)).toEqual([]);
});

/** What one framework may expect of one agent. */
class Model {
  readonly allocator = busy();
  nowMs = 0;
  quietUntilMs = 0;
  open = false;
  planned = true;

  tick(amount: number): void {
    this.nowMs += amount * 500;
    const isDue = this.planned && !this.open && this.nowMs >= this.quietUntilMs;
    expect(asked(this.allocator, this.nowMs)).toEqual(isDue ? ['f←s'] : []);
    this.open ||= isDue;
  }

  answer(amount: number): void {
    this.allocator.answerInverse({ ...about, refuseSeconds: amount, nowMs: this.nowMs });
    if (this.open) this.quietUntilMs = this.nowMs + amount * 1000;
    this.open = false;
  }

  revive(): void {
    this.allocator.revive('f');
    this.quietUntilMs = 0;
  }

  plan(amount: number): void {
    this.planned = amount % 2 === 0;
    this.allocator.setUnavailable('s', this.planned);
    this.open = false;
    this.quietUntilMs = 0;
  }
}

test('askHolders asks exactly when an inverse offer is due, whatever happened before', () => {
  const what = fc.constantFrom('tick', 'answer', 'revive', 'plan', 'tick', 'answer');
  const happenings = fc.array(fc.tuple(what, fc.nat(8)), { maxLength: 60 });
  fc.assert(
    fc.property(happenings, (all) => {
      const model = new Model();
      for (const [name, amount] of all) model[name](amount);
    }),
  );
});
