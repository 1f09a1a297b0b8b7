/** Runs a scenario: a text of commands, and below each what the allocator answered. */

import {
  type Allocation,
  type Allocator,
  type AllocatorOptions,
  createAllocator,
} from '@stoke/allocator';
import {
  addResources,
  allocate,
  containsResources,
  formatQuantities,
  formatRanges,
  fromMilli,
  isEmpty,
  NO_RESOURCES,
  parseResources,
  type Quantities,
  quantitiesOf,
  type ResourceItem,
  type Resources,
  subtractResources,
} from '@stoke/resources';

/** State of one scenario: the allocator under test and the offers on the table. */
interface Stage {
  allocator: Allocator;
  nowMs: number;
  /** framework → agent → offer */
  readonly offers: Map<string, Map<string, Allocation>>;
}

type Command = (stage: Stage, words: readonly string[]) => string[];

const OUTPUT = '  ';

const MAX_FILLING_MS = 1_000_000;

/** The same text with the answers renewed; a line that starts with two spaces is an answer. */
export function runScenario(text: string): string {
  const stage: Stage = { allocator: newAllocator({}), nowMs: 0, offers: new Map() };
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(OUTPUT)) continue;
    lines.push(line);
    if (line.trim() === '' || line.startsWith('#')) continue;
    lines.push(...execute(stage, line).map((answer) => OUTPUT + answer));
  }
  return lines.join('\n');
}

function execute(stage: Stage, line: string): string[] {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const command = COMMANDS[name];
  if (command === undefined) throw new Error(`Cannot run scenario line '${line}': unknown command`);
  return command(stage, words);
}

const COMMANDS: Readonly<Record<string, Command>> = {
  options(stage, words) {
    const { min } = named(words);
    stage.allocator = newAllocator(
      min === undefined ? {} : { minAllocatable: min.split('|').map(quantitiesIn) },
    );
    return [];
  },
  agent(stage, [agentId = '', resources = '', ...rest]) {
    const { capabilities } = named(rest);
    stage.allocator.addAgent({
      agentId,
      hostname: agentId,
      total: resourcesIn(resources),
      ...(capabilities === undefined ? {} : { capabilities: capabilities.split(',') }),
    });
    return [];
  },
  'remove-agent'(stage, [agentId = '']) {
    stage.allocator.removeAgent(agentId);
    for (const offers of stage.offers.values()) offers.delete(agentId);
    return [];
  },
  framework(stage, [frameworkId = '', ...rest]) {
    const { roles = '*', suppressed, capabilities = '' } = named(rest);
    stage.allocator.addFramework({
      frameworkId,
      roles: roles.split(','),
      capabilities: capabilities.split(','),
      ...(suppressed === undefined ? {} : { suppressedRoles: suppressed.split(',') }),
    });
    return [];
  },
  'remove-framework'(stage, [frameworkId = '']) {
    stage.allocator.removeFramework(frameworkId);
    stage.offers.delete(frameworkId);
    return [];
  },
  activate: (stage, [id = '']) => silently(() => stage.allocator.setFrameworkActive(id, true)),
  deactivate: (stage, [id = '']) => silently(() => stage.allocator.setFrameworkActive(id, false)),
  'activate-agent': (stage, [id = '']) => silently(() => stage.allocator.setAgentActive(id, true)),
  'deactivate-agent': (stage, [id = '']) =>
    silently(() => stage.allocator.setAgentActive(id, false)),
  suppress: (stage, [id = '', ...roles]) => silently(() => stage.allocator.suppress(id, roles)),
  revive: (stage, [id = '', ...roles]) => silently(() => stage.allocator.revive(id, roles)),
  weights(stage, words) {
    const weights = Object.entries(named(words)).map(
      ([role, text]) => [role, Number(text)] as const,
    );
    stage.allocator.setWeights(new Map(weights));
    return [];
  },
  quota(stage, [role = '', ...rest]) {
    const { guarantees = '', limits = '' } = named(rest);
    const quota = { guarantees: quantitiesIn(guarantees), limits: quantitiesIn(limits) };
    stage.allocator.setQuota(role, rest.length === 0 ? undefined : quota);
    return [];
  },
  tick(stage, [seconds = '1']) {
    stage.nowMs += Number(seconds) * 1000;
    return offerLines(runBatch(stage));
  },
  events(stage) {
    return offerLines(takeAll(stage, 'events'));
  },
  take(stage, [frameworkId = '', agentId = '', resources = '', ...rest]) {
    const used = takeFrom(stage, { frameworkId, agentId, used: resourcesIn(resources) });
    if (!used) return ['does not fit the offer'];
    decline(stage, { frameworkId, agentId, refuseSeconds: refuseIn(rest) });
    return [];
  },
  decline(stage, [frameworkId = '', agentId = '', ...rest]) {
    decline(stage, { frameworkId, agentId, refuseSeconds: refuseIn(rest) });
    return [];
  },
  finish(stage, [frameworkId = '', agentId = '', resources = '', ...rest]) {
    const { role = '*' } = named(rest);
    giveBack(stage, { frameworkId, agentId, resources: allocate(resourcesIn(resources), role) });
    return [];
  },
  shares(stage, words) {
    return words.map((frameworkId) => {
      const roles = stage.allocator.why(frameworkId, stage.nowMs).roles;
      const shares = roles.map(
        (each) => `${percent(each.share)} in ${each.role} (${percent(each.roleShare)})`,
      );
      return `${frameworkId}: ${shares.join(', ')}; holds ${formatQuantities(stage.allocator.heldBy(frameworkId))}`;
    });
  },
  why(stage, [frameworkId = '']) {
    return stage.allocator
      .why(frameworkId, stage.nowMs)
      .roles.flatMap((role) => [
        `${role.role}:${role.messages.map((message) => ` ${message}`).join(';')}`,
        ...role.agents.map(
          ({ message, untilMs }) =>
            `  ${message}${untilMs === undefined ? '' : `; first ends in ${(untilMs - stage.nowMs) / 1000} s`}`,
        ),
      ]);
  },
  'progressive-filling': progressiveFilling,
  greedy,
};

/** Each offer is used for one task until none fits any offer: `progressive-filling A=cpus:1;mem:4 …`. */
function progressiveFilling(stage: Stage, words: readonly string[]): string[] {
  const demands = demandsIn(words);
  const trace: string[] = [];
  for (let isFull = false; !isFull; ) {
    if (stage.nowMs > MAX_FILLING_MS) throw new Error('Cannot fill: offers never end');
    stage.nowMs += 1000;
    const offers = runBatch(stage);
    isFull = offers.length === 0;
    for (const { frameworkId, agentId } of offers) {
      const used = demands.get(frameworkId) ?? NO_RESOURCES;
      const fits = takeFrom(stage, { frameworkId, agentId, used });
      if (fits) trace.push(frameworkId);
      decline(stage, { frameworkId, agentId, refuseSeconds: fits ? 0 : 3600 });
    }
  }
  const tasks = (id: string): number => trace.filter((each) => each === id).length;
  return [trace.join(''), [...demands.keys()].map((id) => `${id}${tasks(id)}`).join(' ')];
}

/** One batch; each offer is used for as many tasks as fit, the rest declined for 5 s. */
function greedy(stage: Stage, words: readonly string[]): string[] {
  const demands = demandsIn(words);
  stage.nowMs += 1000;
  return runBatch(stage).map(({ frameworkId, agentId }) => {
    let tasks = 0;
    const used = demands.get(frameworkId) ?? NO_RESOURCES;
    while (takeFrom(stage, { frameworkId, agentId, used })) tasks++;
    decline(stage, { frameworkId, agentId, refuseSeconds: 5 });
    return `${frameworkId} launches ${tasks} on ${agentId}`;
  });
}

function newAllocator(options: Partial<AllocatorOptions>): Allocator {
  return createAllocator({ allocationIntervalMs: 1000, random: () => 0.999_999, ...options });
}

function runBatch(stage: Stage): Allocation[] {
  return takeAll(stage, 'batch');
}

function takeAll(stage: Stage, scope: 'batch' | 'events'): Allocation[] {
  const all: Allocation[] = [];
  for (let done = false; !done; ) {
    const result = stage.allocator.allocate({ nowMs: stage.nowMs, scope, maxAgents: 1 });
    all.push(...result.allocations);
    done = result.done;
  }
  for (const offer of all) putOffer(stage, offer);
  return all;
}

function putOffer(stage: Stage, offer: Allocation): void {
  const offers = stage.offers.get(offer.frameworkId) ?? new Map<string, Allocation>();
  stage.offers.set(offer.frameworkId, offers);
  const before = offers.get(offer.agentId);
  const resources = addResources(before?.resources ?? NO_RESOURCES, offer.resources);
  offers.set(offer.agentId, { ...offer, resources });
}

/** Moves resources from the offer to the tasks of the framework, if they are in it. */
function takeFrom(
  stage: Stage,
  { frameworkId, agentId, used }: { frameworkId: string; agentId: string; used: Resources },
): boolean {
  const offers = stage.offers.get(frameworkId);
  const offer = offers?.get(agentId);
  if (offers === undefined || offer === undefined || isEmpty(used)) return false;
  const wanted = allocate(used, offer.role);
  if (!containsResources(offer.resources, wanted)) return false;
  offers.set(agentId, { ...offer, resources: subtractResources(offer.resources, wanted) });
  return true;
}

function decline(
  stage: Stage,
  request: { frameworkId: string; agentId: string; refuseSeconds: number },
): void {
  const { frameworkId, agentId, refuseSeconds } = request;
  const offer = stage.offers.get(frameworkId)?.get(agentId);
  if (offer === undefined)
    throw new Error(`Cannot decline: '${frameworkId}' has no offer of '${agentId}'`);
  stage.offers.get(frameworkId)?.delete(agentId);
  giveBack(stage, { frameworkId, agentId, resources: offer.resources, refuseSeconds });
}

function giveBack(
  stage: Stage,
  request: {
    frameworkId: string;
    agentId: string;
    resources: Resources;
    refuseSeconds?: number;
  },
): void {
  stage.allocator.recoverResources({ ...request, nowMs: stage.nowMs });
}

function offerLines(allocations: readonly Allocation[]): string[] {
  if (allocations.length === 0) return ['no offers'];
  return allocations.map(
    ({ frameworkId, role, agentId, resources }) =>
      `${frameworkId} (${role}) ← ${agentId}: ${resources.items.map(itemText).join(';')}`,
  );
}

function itemText(item: ResourceItem): string {
  const owner = item.reservations.at(-1)?.role;
  const name = owner === undefined ? item.name : `${item.name}(${owner})`;
  const suffix = item.revocable ? ' revocable' : '';
  if (item.kind === 'SCALAR') return `${name}:${fromMilli(item.milli)}${suffix}`;
  return `${name}:${item.kind === 'RANGES' ? formatRanges(item.ranges) : item.members.join()}`;
}

function named(words: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
}

function demandsIn(words: readonly string[]): Map<string, Resources> {
  return new Map(Object.entries(named(words)).map(([id, text]) => [id, resourcesIn(text)]));
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)} %`;
}

function refuseIn(words: readonly string[]): number {
  return Number(named(words).refuse ?? '5');
}

function quantitiesIn(text: string): Quantities {
  // A limit of zero must stay, and resources drop zeros.
  const zeros = [...text.matchAll(/([^;:]+):0(?=;|$)/g)].map(
    (match) => [match[1] ?? '', 0] as const,
  );
  return new Map([...quantitiesOf(resourcesIn(text)), ...zeros]);
}

function resourcesIn(text: string): Resources {
  const parsed = parseResources(text);
  if (!parsed.ok) throw new Error(parsed.problems.join('; '));
  return parsed.resources;
}

function silently(run: () => void): string[] {
  run();
  return [];
}
