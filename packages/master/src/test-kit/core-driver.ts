/** Drives the core in tests: a clock of its own, timers, a registry that commits at once, and what was sent. */
import type {
  AgentInfo,
  AgentInfo_Capability,
  FrameworkInfo,
  LinkAgentMessage_Reregister,
  LinkMasterMessage,
  SchedulerEvent,
} from '@stoke/protocol';
import { createState, startEffects } from '../core/create-state.ts';
import type { Effect } from '../core/effects.ts';
import type { MasterEvent } from '../core/events.ts';
import { EMPTY_REGISTRY, type RegistryContent } from '../core/registry.ts';
import type { Outcome } from '../core/replies.ts';
import type { CoreSettings, MasterState } from '../core/state.ts';
import { step } from '../core/step.ts';
import { AgentClient } from './agent-client.ts';
import { FrameworkClient } from './framework-client.ts';
import { lehmer } from './lehmer.ts';
import { agentInfo, frameworkInfo } from './samples.ts';

/** Settings of a master with Mesos's defaults. */
const DEFAULT_SETTINGS: CoreSettings = {
  scheme: 'http',
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
