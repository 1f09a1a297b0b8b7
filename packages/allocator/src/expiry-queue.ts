/** A priority queue of moments: what ends next comes out first. */

import type { AgentRecord, Client, Refusal } from './cluster-state.ts';

/** One refusal with where to find it. */
export interface Expiry {
  readonly untilMs: number;
  readonly agent: AgentRecord;
  readonly client: Client;
  readonly refusal: Refusal;
}

export interface ExpiryQueue {
  push(expiry: Expiry): void;
  /** The next one, if it ends at or before `nowMs`. */
  popDue(nowMs: number): Expiry | undefined;
  nextMs(): number | undefined;
  readonly size: number;
}

/** Below this size nobody minds entries of agents and refusals that are gone. */
const MIN_SWEEP_SIZE = 1024;

/**
 * A binary heap: adding and taking cost O(log n). Entries whose refusal has gone otherwise are swept
 * out each time the heap has doubled, so that it stays in proportion to what is alive.
 */
export function createExpiryQueue(): ExpiryQueue {
  let heap: Expiry[] = [];
  let sweepAt = MIN_SWEEP_SIZE;
  return {
    get size() {
      return heap.length;
    },
    push(expiry) {
      heap.push(expiry);
      siftUp(heap, heap.length - 1);
      if (heap.length < sweepAt) return;
      heap = heap.filter(isAlive).sort((left, right) => left.untilMs - right.untilMs);
      sweepAt = Math.max(MIN_SWEEP_SIZE, 2 * heap.length);
    },
    popDue(nowMs) {
      const first = heap[0];
      if (first === undefined || first.untilMs > nowMs) return undefined;
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) {
        heap[0] = last;
        siftDown(heap);
      }
      return first;
    },
    nextMs: () => heap[0]?.untilMs,
  };
}

function isAlive({ agent, client, refusal }: Expiry): boolean {
  return agent.refusals.get(client)?.includes(refusal) === true;
}

function siftUp(heap: Expiry[], start: number): void {
  let index = start;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    if (endOf(heap, parent) <= endOf(heap, index)) return;
    swap(heap, parent, index);
    index = parent;
  }
}

function siftDown(heap: Expiry[]): void {
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const child = endOf(heap, left + 1) < endOf(heap, left) ? left + 1 : left;
    if (endOf(heap, child) >= endOf(heap, index)) return;
    swap(heap, child, index);
    index = child;
  }
}

function endOf(heap: readonly Expiry[], index: number): number {
  return heap[index]?.untilMs ?? Number.POSITIVE_INFINITY;
}

function swap(heap: Expiry[], left: number, right: number): void {
  const [a, b] = [heap[left], heap[right]];
  if (a === undefined || b === undefined) return;
  heap[left] = b;
  heap[right] = a;
}
