/** Thousands of simulated agents: their links, their reconnecting, their leaving. */
import type { Clock, Timer } from '@stoke/kit';
import type { AgentInfo } from '@stoke/protocol';
import { parseAttributes, parseResources, toPostRefinement } from '@stoke/resources';
import { AgentSocket, type MasterAddress } from './agent-socket.ts';
import type { AgentListener, AgentSurroundings } from './agent-surroundings.ts';
import type { AgentKind, Behaviour } from './behaviour.ts';
import { namedRandom } from './distribution.ts';
import { SimulatedAgent } from './simulated-agent.ts';
import { fateOf } from './task-fate.ts';

export interface FleetOptions {
  readonly agents: number;
  readonly behaviour: Behaviour;
  readonly master: MasterAddress;
  /** Value of the Authorization header, when the master wants one. */
  readonly authorization: string | undefined;
  /** Begins the hostname of every agent. */
  readonly prefix: string;
  readonly clock: Clock;
  /** Precise time in milliseconds, for latencies. */
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly newUuid: () => Uint8Array;
  readonly heard: AgentListener;
  /** Links could not be made, or broke; told with the reason, often. */
  readonly onTrouble: (reason: string) => void;
}

/** More connections at once than this overflow the backlog of a listening socket. */
const MAX_CONNECTING = 200;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 5000;
const SWEEP_MS = 5000;
const LEAVE_TIMEOUT_MS = 10_000;

/** One agent with its link. */
interface Member {
  readonly agent: SimulatedAgent;
  socket: AgentSocket | undefined;
  attempts: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #members: Member[];
  readonly #waiting: Member[] = [];
  readonly #kinds: readonly Omit<AgentInfo, 'hostname'>[];
  #connecting = 0;
  /** Sockets that are open or opening. */
  #links = 0;
  #master: MasterAddress;
  #sweep: Timer | undefined;
  #leaving: (() => void) | undefined;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#master = options.master;
    this.#kinds = options.behaviour.agents.map(infoOf);
    this.#members = Array.from({ length: options.agents }, (_, index) => this.#member(index));
  }

  #member(index: number): Member {
    const { behaviour, prefix, clock, nowMs, newUuid, heard } = this.#options;
    const hostname = `${prefix}-${index + 1}`;
    const kind = this.#kinds[kindOf(behaviour, hostname)];
    const around: AgentSurroundings = {
      send: (message) => member.socket?.send(message),
      drop: () => member.socket?.destroy(),
      nowMs,
      later: (delayMs, run) => clock.setTimer(delayMs, run),
      fate: (taskId) => fateOf(behaviour, taskId),
      newUuid,
      heard,
    };
    const agent = new SimulatedAgent({ ...kind, hostname }, around);
    const member: Member = { agent, socket: undefined, attempts: 0 };
    return member;
  }

  /** How many are registered now. */
  get registered(): number {
    return this.#count((member) => member.agent.isRegistered);
  }

  get runningTasks(): number {
    return this.#members.reduce((sum, { agent }) => sum + agent.runningTasks, 0);
  }

  #count(test: (member: Member) => boolean): number {
    return this.#members.reduce((sum, member) => (test(member) ? sum + 1 : sum), 0);
  }

  start(): void {
    this.#waiting.push(...this.#members);
    this.#connectMore();
    this.#sweepLater();
  }

  #sweepLater(): void {
    this.#sweep = this.#options.clock.setTimer(SWEEP_MS, () => {
      for (const { agent } of this.#members) agent.sweep();
      this.#sweepLater();
    });
  }

  #connectMore(): void {
    while (this.#connecting < MAX_CONNECTING && this.#leaving === undefined) {
      const member = this.#waiting.shift();
      if (member === undefined) return;
      if (!member.agent.isOver) this.#connect(member);
    }
  }

  #connect(member: Member): void {
    let connecting = true;
    this.#connecting++;
    this.#links++;
    const connected = (): void => {
      if (!connecting) return;
      connecting = false;
      this.#connecting--;
      this.#connectMore();
    };
    const listener = {
      up: () => {
        connected();
        member.attempts = 0;
        member.agent.connected();
      },
      message: (message: Parameters<SimulatedAgent['receive']>[0]) => member.agent.receive(message),
      down: (reason: string, leader: string | undefined) => {
        connected();
        this.#down(member, reason, leader);
      },
    };
    member.socket = new AgentSocket(this.#master, listener, this.#options.authorization);
  }

  #down(member: Member, reason: string, leader: string | undefined): void {
    member.socket = undefined;
    this.#links--;
    member.agent.disconnected();
    if (this.#leaving !== undefined) {
      if (this.#links === 0) this.#leaving();
      return;
    }
    if (member.agent.isOver) return;
    this.#options.onTrouble(reason);
    const moved = leader === undefined ? undefined : addressIn(leader);
    this.#master = moved ?? this.#options.master;
    this.#reconnectLater(member);
  }

  #reconnectLater(member: Member): void {
    const ceiling = Math.min(FIRST_RETRY_MS * 1.5 ** member.attempts++, LONGEST_RETRY_MS);
    const delayMs = ceiling * (0.5 + this.#options.random() / 2);
    this.#options.clock.setTimer(delayMs, () => {
      this.#waiting.push(member);
      this.#connectMore();
    });
  }

  /** All agents unregister; resolves when their links are closed, or after a bound. */
  async leave(): Promise<void> {
    this.#sweep?.cancel();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#leaving = resolve;
    const timer = this.#options.clock.setTimer(LEAVE_TIMEOUT_MS, resolve);
    for (const member of this.#members) {
      member.agent.leave();
      // The master closes the link once its registry forgot the agent.
      if (!member.agent.isRegistered) member.socket?.destroy();
    }
    if (this.#links === 0) resolve();
    await promise;
    timer.cancel();
    for (const { socket } of this.#members) socket?.destroy();
  }
}

/** Parsed once; the texts were checked when the file was read. */
function infoOf({ resources, attributes }: AgentKind): Omit<AgentInfo, 'hostname'> {
  const parsed = parseResources(resources);
  const marks = parseAttributes(attributes ?? '');
  return {
    port: 5051,
    resources: parsed.ok ? toPostRefinement(parsed.resources) : [],
    ...(marks.ok && marks.attributes.length > 0 ? { attributes: [...marks.attributes] } : {}),
  };
}

/** Which kind an agent is: decided by the seed and its name. */
function kindOf({ seed, agents }: Behaviour, hostname: string): number {
  const total = agents.reduce((sum, { weight }) => sum + weight, 0);
  let left = namedRandom(seed, hostname)() * total;
  for (const [index, { weight }] of agents.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return 0;
}

/** Out of the Location of a redirect. */
function addressIn(location: string): MasterAddress | undefined {
  const url = URL.parse(location, 'http://leader');
  if (url === null || url.port === '') return undefined;
  return { host: url.hostname, port: Number(url.port) };
}
