/**
 * The tree of roles: `a/b` contends with its siblings below `a`, and the frameworks of `a` itself
 * form the virtual child `a/.` beside it. Only branches with a framework that wants offers are in
 * the orders, so walking costs nothing for idle roles.
 */

import { topLevelRole } from '@stoke/resources';
import { type Client, type ClusterState, chanceFor, type RoleNode } from './cluster-state.ts';
import { createFairOrder, type FairOrder, joinOrder, leaveOrder, refresh } from './fair-order.ts';
import { isZero } from './scalar-slots.ts';

/** The node of a role, made with its ancestors when missing. */
export function roleNode(state: ClusterState, role: string): RoleNode {
  const known = state.roles.get(role);
  if (known !== undefined) return known;
  const slash = role.lastIndexOf('/');
  const parent = slash < 0 ? undefined : roleNode(state, role.slice(0, slash));
  if (parent !== undefined) parent.dependents++;
  const { options } = state;
  const weight = state.weights.get(role) ?? 1;
  const node = createNode(
    { path: role, parent, isLeaf: false, weight },
    {
      roles: chanceFor(options, options.roleSorter),
      frameworks: chanceFor(options, options.frameworkSorter),
    },
  );
  state.roles.set(role, node);
  return node;
}

/** Forgets nodes, upwards, that nobody needs any more. */
export function releaseNode(state: ClusterState, node: RoleNode): void {
  const needed = node.dependents > 0 || node.quota !== undefined;
  if (needed || !state.roles.delete(node.path)) return;
  if (node.parent === undefined) {
    const consumed = state.consumed.get(node.path);
    if (consumed !== undefined && isZero(consumed)) state.consumed.delete(node.path);
    return;
  }
  node.parent.dependents--;
  releaseNode(state, node.parent);
}

/** Puts a framework into its role's order, so that it gets offers. */
export function activateClient(state: ClusterState, client: Client): void {
  if (client.active) return;
  client.active = true;
  joinOrder(client.node.clients, client);
  if (client.node.clients.members.length > 1) return;
  const leaf = leafOf(client.node);
  joinOrder(client.node.children, leaf);
  for (let node = client.node; node.children.members.length === 1; node = node.parent) {
    joinOrder(siblingsOf(state, node), node);
    if (node.parent === undefined) return;
  }
}

/** Takes a framework out of its role's order. */
export function deactivateClient(state: ClusterState, client: Client): void {
  if (!client.active) return;
  client.active = false;
  leaveOrder(client.node.clients, client);
  if (client.node.clients.members.length > 0) return;
  leaveOrder(client.node.children, leafOf(client.node));
  for (let node = client.node; node.children.members.length === 0; node = node.parent) {
    leaveOrder(siblingsOf(state, node), node);
    if (node.parent === undefined) return;
  }
}

/** The order a node stands in: below its parent, or at the top. */
export function siblingsOf(state: ClusterState, node: RoleNode): FairOrder<RoleNode> {
  return node.parent === undefined ? state.topRoles : node.parent.children;
}

/** The virtual child that stands for the role's own frameworks. */
export function leafOf(node: RoleNode): RoleNode {
  node.leaf ??= createNode(
    { path: `${node.path}/.`, parent: node, isLeaf: true, weight: 1 },
    { roles: node.children.random, frameworks: node.clients.random },
  );
  return node.leaf;
}

/**
 * Visits the roles below `node` that have frameworks, fairest first; stops when `visit` says true,
 * and says so. `visit` must leave the orders alone until the walk is over.
 */
export function walkRoles(
  state: ClusterState,
  node: RoleNode,
  visit: (role: RoleNode) => boolean,
): boolean {
  refresh(node.children, state.basis);
  for (const child of node.children.members) {
    if (child.isLeaf ? visit(node) : walkRoles(state, child, visit)) return true;
  }
  return false;
}

export function setWeights(state: ClusterState, weights: ReadonlyMap<string, number>): void {
  state.weights = weights;
  for (const node of state.roles.values()) {
    node.weight = weights.get(node.path) ?? 1;
    siblingsOf(state, node).stale = true;
  }
}

/** What counts against the quota of a top-level role. */
export function consumedBy(state: ClusterState, role: string): number[] {
  const top = topLevelRole(role);
  let consumed = state.consumed.get(top);
  if (consumed === undefined) {
    consumed = [];
    state.consumed.set(top, consumed);
  }
  return consumed;
}

/** The top-level role above a node, or the node itself. */
export function topOf(node: RoleNode): RoleNode {
  let top = node;
  while (top.parent !== undefined) top = top.parent;
  return top;
}

/** Sources of chance of its orders: of sub-roles, and of frameworks. */
type Chances = Readonly<Record<'roles' | 'frameworks', (() => number) | undefined>>;

function createNode(
  fields: Pick<RoleNode, 'path' | 'parent' | 'isLeaf' | 'weight'>,
  chances: Chances,
): RoleNode {
  return {
    ...fields,
    held: [0, 0, 0, 0],
    grants: 0,
    share: 0,
    orderedGrants: 0,
    children: createFairOrder(chances.roles),
    clients: createFairOrder(chances.frameworks),
    leaf: undefined,
    dependents: 0,
    quota: undefined,
  };
}
