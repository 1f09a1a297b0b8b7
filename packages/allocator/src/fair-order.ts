/**
 * Contenders in order of fairness: lowest weighted dominant share first; among equals the one with
 * fewer allocations ever, then the smaller name. The keys of a contender change only here, so that
 * its place can be found again by binary search. An order may be random instead: then every refresh
 * draws it anew, heavier contenders more often in front.
 */

import { at, type ScalarVector } from './scalar-slots.ts';

/** A framework in a role, or a role among its siblings. */
export interface Contender {
  readonly path: string;
  weight: number;
  /** What it holds now, offers included. */
  readonly held: ScalarVector;
  /** Allocations ever made to it; never falls. */
  grants: number;
  /** Key: share as of the last ordering. */
  share: number;
  /** Key: grants as of the last ordering. */
  orderedGrants: number;
}

/** What shares are measured against; `epoch` moves whenever all shares change at once. */
export interface ShareBasis {
  readonly totals: ScalarVector;
  /** Slots that count in dominant shares. */
  isCounted(slot: number): boolean;
  epoch: number;
}

/** Members sorted by fairness; call `refresh` before reading them. */
export interface FairOrder<Member extends Contender> {
  readonly members: Member[];
  /** Something changed that a single `reposition` does not cover. */
  stale: boolean;
  epoch: number;
  /** Source of chance in [0, 1) of a random order; absent: by shares. */
  readonly random: (() => number) | undefined;
}

export function createFairOrder<Member extends Contender>(
  random?: () => number,
): FairOrder<Member> {
  return { members: [], stale: false, epoch: 0, random };
}

/** Largest part of the cluster's total of any scalar, divided by the weight. */
export function dominantShare(basis: ShareBasis, contender: Contender): number {
  const { held } = contender;
  let share = 0;
  for (let slot = 0; slot < held.length; slot++) {
    const amount = at(held, slot);
    const total = at(basis.totals, slot);
    // Division, not a precomputed inverse: equal fractions must come out as equal numbers.
    if (amount > 0 && total > 0 && basis.isCounted(slot)) share = Math.max(share, amount / total);
  }
  return share / contender.weight;
}

export function joinOrder<Member extends Contender>(
  order: FairOrder<Member>,
  member: Member,
): void {
  order.members.push(member);
  order.stale = true;
}

export function leaveOrder<Member extends Contender>(
  order: FairOrder<Member>,
  member: Member,
): void {
  const index = order.members.indexOf(member);
  if (index >= 0) order.members.splice(index, 1);
}

/** Sorts anew if anything changed since. */
export function refresh<Member extends Contender>(
  order: FairOrder<Member>,
  basis: ShareBasis,
): boolean {
  const { random } = order;
  if (random === undefined && !order.stale && order.epoch === basis.epoch) return false;
  for (const member of order.members) {
    if (random === undefined) updateKeys(basis, member);
    else drawKey(random, member);
  }
  order.members.sort(compare);
  order.stale = false;
  order.epoch = basis.epoch;
  return true;
}

/** Moves one member, whose holdings changed, to its new place. */
export function reposition<Member extends Contender>(
  order: FairOrder<Member>,
  member: Member,
  basis: ShareBasis,
): void {
  if (order.random !== undefined) return;
  const isMember = takeOut(order, member);
  updateKeys(basis, member);
  if (isMember) order.members.splice(placeOf(order, member), 0, member);
}

/** The same in several orders at once: the keys change only when it is out of all of them. */
export function repositionInAll<Member extends Contender>(
  orders: readonly FairOrder<Member>[],
  member: Member,
  basis: ShareBasis,
): void {
  if (orders.some((order) => order.random !== undefined)) return;
  const holding = orders.filter((order) => takeOut(order, member));
  updateKeys(basis, member);
  for (const order of holding) order.members.splice(placeOf(order, member), 0, member);
}

function takeOut<Member extends Contender>(order: FairOrder<Member>, member: Member): boolean {
  // Usually it was served because it stood first.
  const index = order.members[0] === member ? 0 : placeOf(order, member);
  if (order.members[index] !== member) return false;
  if (index === 0) order.members.shift();
  else order.members.splice(index, 1);
  return true;
}

function updateKeys(basis: ShareBasis, member: Contender): void {
  member.share = dominantShare(basis, member);
  member.orderedGrants = member.grants;
}

/**
 * The smallest of exponential draws, each with the weight as its rate, falls to a contender with a
 * chance in proportion to its weight, and so does the next smallest among the rest.
 */
function drawKey(random: () => number, member: Contender): void {
  member.share = -Math.log(1 - random()) / member.weight;
  member.orderedGrants = 0;
}

/** First index whose member does not come before `member`. */
function placeOf<Member extends Contender>(order: FairOrder<Member>, member: Member): number {
  const { members } = order;
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = members[middle];
    if (other !== undefined && compare(other, member) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compare(left: Contender, right: Contender): number {
  if (left.share !== right.share) return left.share < right.share ? -1 : 1;
  if (left.orderedGrants !== right.orderedGrants) return left.orderedGrants - right.orderedGrants;
  if (left.path === right.path) return 0;
  return left.path < right.path ? -1 : 1;
}
