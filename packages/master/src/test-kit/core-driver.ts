/** Drives the core in tests: a clock of its own, timers, a registry that commits at once, and what was sent. */
import type {
  AgentInfo,
  AgentInfo_Capability,
  FrameworkInfo,
  LinkAgentMessage,
  LinkAgentMessage_Reregister,
  LinkMasterMessage,
  Offer,
  Resource,
  SchedulerCall,
  SchedulerEvent,
  TaskInfo,
  TaskState,
  TaskStatus,
} from '@stoke/protocol';
import { createState, startEffects } from '../core/create-state.ts';
import type { Effect } from '../core/effects.ts';
import type { MasterEvent } from '../core/events.ts';
import { EMPTY_REGISTRY, type RegistryContent } from '../core/registry.ts';
import type { Outcome } from '../core/replies.ts';
import type { CoreSettings, MasterState } from '../core/state.ts';
import { step } from '../core/step.ts';
import { lehmer } from './lehmer.ts';

/** Settings of a master with Mesos's defaults. */
export const DEFAULT_SETTINGS: CoreSettings = {
  agentPingTimeoutMs: 15_000,
  maxAgentPingTimeouts: 5,
  agentReregisterTimeoutMs: 600_000,
  allocationIntervalMs: 1000,
  heartbeatIntervalMs: 15_000,
  offerTimeoutMs: undefined,
  maxCompletedFrameworks: 50,
  maxCompletedTasksPerFramework: 1000,
  maxUnreachableTasksPerFramework: 1000,
  registryMaxAgentAgeMs: 14 * 24 * 3_600_000,
  registryMaxAgentCount: 102_400,
  registryGcIntervalMs: 900_000,
  maxOperatorSubscribers: 1000,
  roles: undefined,
  rootSubmissions: true,
  requireAgentDomain: false,
  publishFrameworkMetrics: true,
};

const START_MS = 1_795_204_000_000;

/** What agents of today can do, as far as offers depend on it. */
const CAPABILITIES: AgentInfo_Capability[] = [
  { type: 'MULTI_ROLE' },
  { type: 'HIERARCHICAL_ROLE' },
  { type: 'RESERVATION_REFINEMENT' },
  { type: 'RESIZE_VOLUME' },
  { type: 'AGENT_OPERATION_FEEDBACK' },
  { type: 'AGENT_DRAINING' },
];

export function scalar(name: string, value: number): Resource {
  return { name, type: 'SCALAR', scalar: { value } };
}

export function ports(begin: number, end: number): Resource {
  return { name: 'ports', type: 'RANGES', ranges: { range: [{ begin, end }] } };
}

export function agentInfo(more: Partial<AgentInfo> = {}): AgentInfo {
  return {
    hostname: 'host',
    port: 5051,
    resources: [scalar('cpus', 4), scalar('mem', 4096), ports(31_000, 31_099)],
    ...more,
  };
}

/** A framework as of today: partition aware, with roles and refined reservations. */
export function frameworkInfo(more: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return {
    user: 'root',
    name: 'test',
    roles: ['web'],
    failover_timeout: 60,
    checkpoint: true,
    capabilities: [
      { type: 'MULTI_ROLE' },
      { type: 'RESERVATION_REFINEMENT' },
      { type: 'PARTITION_AWARE' },
    ],
    ...more,
  };
}

/** A framework as Spark registers: no capabilities, no failover, no checkpoint. */
export function oldFrameworkInfo(more: Partial<FrameworkInfo> = {}): FrameworkInfo {
  return { user: 'root', name: 'old', ...more };
}

type Timer = { readonly atMs: number; readonly event: MasterEvent };

export class CoreDriver {
  readonly state: MasterState;
  nowMs = START_MS;
  /** Rows of the registry, as committed. */
  readonly registry = new Map<string, unknown>();
  /** Commits wait while this is true. */
  holdStore = false;
  readonly heldEvents: MasterEvent[] = [];
  readonly events = new Map<string, SchedulerEvent[]>();
  /** What streams of the operator API were sent, in order. */
  readonly operatorEvents: Extract<Effect, { type: 'BROADCAST' | 'SEND_OPERATOR' }>[] = [];
  readonly replies = new Map<string, Outcome>();
  readonly messages = new Map<string, LinkMasterMessage[]>();
  readonly closedStreams: string[] = [];
  readonly closedLinks: string[] = [];
  readonly logs: Extract<Effect, { type: 'LOG' }>[] = [];
  readonly #timers = new Map<string, Timer>();
  #nextTag = 0;

  constructor(settings: Partial<CoreSettings> = {}, registry: Partial<RegistryContent> = {}) {
    const all = { ...DEFAULT_SETTINGS, ...settings };
    this.state = createState({
      settings: all,
      sources: { uuid: () => `uuid-${this.#nextTag++}`, random: lehmer(7) },
      info: { id: 'M', ip: 16_777_343, port: 5050, pid: 'master@127.0.0.1:5050' },
      registry: { ...EMPTY_REGISTRY, ...registry },
      nowMs: this.nowMs,
    });
    this.#perform(startEffects(all));
  }

  dispatch(event: MasterEvent): void {
    this.#perform(step(this.state, event, this.nowMs));
  }

  /** Moves time forward; due timers run in order. */
  advance(ms: number): void {
    const until = this.nowMs + ms;
    for (;;) {
      const [next] = [...this.#timers].sort(([, a], [, b]) => a.atMs - b.atMs);
      if (next === undefined || next[1].atMs > until) break;
      this.#timers.delete(next[0]);
      this.nowMs = next[1].atMs;
      this.dispatch(next[1].event);
    }
    this.nowMs = until;
  }

  hasTimer(key: string): boolean {
    return this.#timers.has(key);
  }

  /** Lets the registry commit what waits. */
  commit(): void {
    this.holdStore = false;
    for (const event of this.heldEvents.splice(0)) this.dispatch(event);
  }

  subscribe(
    info: FrameworkInfo = frameworkInfo(),
    stream = `s${this.#nextTag++}`,
  ): FrameworkClient {
    this.events.set(stream, []);
    this.dispatch({
      type: 'SUBSCRIBE',
      stream,
      subscribe: { framework_info: info },
      principal: undefined,
    });
    return new FrameworkClient(this, stream);
  }

  registerAgent(info: AgentInfo = agentInfo(), link = `l${this.#nextTag++}`): AgentClient {
    const agent = new AgentClient(this, link, info);
    agent.say({
      type: 'REGISTER',
      register: { agent_info: info, version: '1.11.0', agent_capabilities: CAPABILITIES },
    });
    return agent;
  }

  reregisterAgent(report: LinkAgentMessage_Reregister, link = `l${this.#nextTag++}`): AgentClient {
    const agent = new AgentClient(this, link, report.agent_info);
    const reregister = { agent_capabilities: CAPABILITIES, ...report };
    agent.say({ type: 'REREGISTER', reregister });
    return agent;
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) this.#performOne(effect);
  }

  #performOne(effect: Effect): void {
    switch (effect.type) {
      case 'SEND_EVENT':
        this.events.get(effect.stream)?.push(effect.event);
        break;
      case 'SEND_OPERATOR':
      case 'BROADCAST':
        this.operatorEvents.push(effect);
        break;
      case 'REPLY':
        this.replies.set(effect.request, effect.outcome);
        break;
      case 'SEND_AGENT':
        this.messages.get(effect.link)?.push(effect.message);
        break;
      case 'CLOSE_OPERATOR':
      case 'CLOSE_STREAM':
        this.closedStreams.push(effect.stream);
        break;
      case 'CLOSE_LINK':
        this.closedLinks.push(effect.link);
        break;
      case 'SET_TIMER':
        this.#timers.set(effect.key, {
          atMs: this.nowMs + effect.delayMs,
          event: effect.event,
        });
        break;
      case 'CANCEL_TIMER':
        this.#timers.delete(effect.key);
        break;
      case 'STORE':
        this.#store(effect);
        break;
      case 'ALLOCATE':
        this.#timers.set('allocate-now', { atMs: this.nowMs, event: { type: 'ALLOCATE' } });
        break;
      case 'LOG':
        this.logs.push(effect);
    }
  }

  #store(effect: Extract<Effect, { type: 'STORE' }>): void {
    for (const { key, value } of effect.writes) {
      if (value === undefined) this.registry.delete(key);
      else this.registry.set(key, value);
    }
    if (this.holdStore) this.heldEvents.push(effect.after);
    else this.dispatch(effect.after);
  }
}

/** A scheduler of the test. */
export class FrameworkClient {
  readonly driver: CoreDriver;
  readonly stream: string;

  constructor(driver: CoreDriver, stream: string) {
    this.driver = driver;
    this.stream = stream;
  }

  get id(): string {
    return this.all('SUBSCRIBED')[0]?.subscribed?.framework_id.value ?? '';
  }

  /** Events of one type since the start. */
  all(type: SchedulerEvent['type']): SchedulerEvent[] {
    return (this.driver.events.get(this.stream) ?? []).filter((event) => event.type === type);
  }

  /** Types of all events. */
  types(): (string | undefined)[] {
    return (this.driver.events.get(this.stream) ?? []).map((event) => event.type);
  }

  statuses(): TaskStatus[] {
    return this.all('UPDATE').flatMap((event) => event.update?.status ?? []);
  }

  lastStatus(): TaskStatus | undefined {
    return this.statuses().at(-1);
  }

  /** Offers not answered yet, as the framework sees them. */
  offers(): Offer[] {
    const open = this.driver.state.frameworks.get(this.id)?.offers ?? new Set();
    return this.all('OFFERS')
      .flatMap((event) => event.offers?.offers ?? [])
      .filter((offer) => open.has(offer.id.value));
  }

  /** Lets the allocator run, and gives the newest offer. */
  nextOffer(): Offer {
    this.driver.advance(1000);
    const offer = this.offers().at(-1);
    if (offer === undefined) throw new Error('no offer came');
    return offer;
  }

  call(call: Omit<SchedulerCall, 'framework_id'>): void {
    this.driver.dispatch({
      type: 'CALL',
      frameworkId: this.id,
      call: { ...call, framework_id: { value: this.id } },
    });
  }

  launch(offer: Offer, tasks: readonly TaskInfo[], refuseSeconds = 0): void {
    this.call({
      type: 'ACCEPT',
      accept: {
        offer_ids: [offer.id],
        operations: [{ type: 'LAUNCH', launch: { task_infos: [...tasks] } }],
        filters: { refuse_seconds: refuseSeconds },
      },
    });
  }

  decline(offer: Offer, refuseSeconds: number): void {
    this.call({
      type: 'DECLINE',
      decline: { offer_ids: [offer.id], filters: { refuse_seconds: refuseSeconds } },
    });
  }

  acknowledge(status: TaskStatus | undefined): void {
    if (status?.uuid === undefined || status.agent_id === undefined) return;
    const { agent_id, task_id, uuid } = status;
    this.call({ type: 'ACKNOWLEDGE', acknowledge: { agent_id, task_id, uuid } });
  }

  disconnect(): void {
    this.driver.dispatch({ type: 'STREAM_CLOSED', stream: this.stream });
  }
}

/** An agent of the test. */
export class AgentClient {
  readonly driver: CoreDriver;
  readonly link: string;
  readonly info: AgentInfo;

  constructor(driver: CoreDriver, link: string, info: AgentInfo) {
    this.driver = driver;
    this.link = link;
    this.info = info;
    driver.messages.set(link, []);
  }

  get id(): string {
    const [greeting] = [...this.all('REGISTERED'), ...this.all('REREGISTERED')];
    const told = greeting?.registered ?? greeting?.reregistered;
    return told?.agent_id.value ?? '';
  }

  all(type: LinkMasterMessage['type']): LinkMasterMessage[] {
    return (this.driver.messages.get(this.link) ?? []).filter((message) => message.type === type);
  }

  say(message: LinkAgentMessage): void {
    this.driver.dispatch({
      type: 'AGENT_MESSAGE',
      link: this.link,
      peer: '127.0.0.1',
      message,
    });
  }

  pong(): void {
    this.say({ type: 'PONG' });
  }

  update(
    framework: FrameworkClient,
    taskId: string,
    { state, uuid = 1, latest }: { state: TaskState; uuid?: number; latest?: TaskState },
  ): void {
    this.say({
      type: 'STATUS_UPDATE',
      status_update: {
        framework_id: { value: framework.id },
        status: {
          task_id: { value: taskId },
          state,
          source: 'SOURCE_EXECUTOR',
          agent_id: { value: this.id },
          timestamp: this.driver.nowMs / 1000,
          uuid: new Uint8Array(16).fill(uuid),
        },
        latest_state: latest ?? state,
      },
    });
  }

  disconnect(): void {
    this.driver.dispatch({ type: 'LINK_CLOSED', link: this.link });
  }
}

/** A command task of 1 cpu and 128 MB. */
export function commandTask(id: string, agentId: string, more: Partial<TaskInfo> = {}): TaskInfo {
  return {
    name: `task-${id}`,
    task_id: { value: id },
    agent_id: { value: agentId },
    resources: [scalar('cpus', 1), scalar('mem', 128)],
    command: { value: 'sleep 1000' },
    ...more,
  };
}
