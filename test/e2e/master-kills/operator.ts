/** An operator who writes without pause, and looks after each death of the master whether it kept its word. */
import { request } from 'node:http';
import {
  decodeJson,
  encodeJson,
  MasterCall,
  MasterResponse,
  type MasterResponse_GetAgents_Agent,
} from '@stoke/protocol';
import type { Chance } from '../support/chance.ts';
import type { Acknowledged } from './acknowledged.ts';
import type { Happenings } from './happenings.ts';
import type { Lives } from './lives.ts';

const answerTimeoutMs = 20_000;
const reservedPart = 0.01;

/** What the master answered; undefined: it died before it did. */
type Answer = { readonly status: number; readonly text: string } | undefined;

export interface OperatorOptions {
  /** Part of the names of all it writes to: operators do not get into each other's way. */
  readonly name: string;
  readonly url: string;
  readonly chance: Chance;
  readonly happenings: Happenings;
  readonly acknowledged: Acknowledged;
  /** Agents to reserve on. */
  readonly agentIds: readonly string[];
  /** Taken out of service and back, again and again. */
  readonly deactivatedId: string | undefined;
  readonly lives: Lives;
}

type Agent = MasterResponse_GetAgents_Agent;

/** What the operator writes about: a name, how to look it up, and how to change it. */
interface Subject {
  readonly key: string;
  /** Undefined: it cannot be seen yet. */
  look(): Promise<string | undefined>;
  change(current: string): readonly [value: string, call: MasterCall];
}

export class Operator {
  readonly #options: OperatorOptions;
  readonly #subjects: readonly Subject[];
  readonly #lookedIn = new Map<string, number>();
  readonly #refusals = new Map<string, number>();
  #next = 1;

  constructor(options: OperatorOptions) {
    this.#options = options;
    const { name, agentIds, deactivatedId } = options;
    this.#subjects = [
      this.#quota(`quota-${name}`),
      this.#weight(`weight-${name}`),
      ...agentIds.map((id) => this.#reservation(id)),
      ...(deactivatedId === undefined ? [] : [this.#service(deactivatedId)]),
    ];
  }

  /** Why writes were refused, for the message of a failure. */
  refusals(): string {
    return JSON.stringify(Object.fromEntries(this.#refusals));
  }

  /** Writes until it is told to end; one write at a time, several operators make a load. */
  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#options.lives.begun;
      const subject = this.#options.chance.pick(this.#subjects);
      if (await this.#isKnown(subject)) await this.#write(subject);
    }
  }

  /** Looks at everything once more; answers what could not be seen. */
  async lookAtAll(): Promise<string[]> {
    this.#lookedIn.clear();
    const known = await Promise.all(this.#subjects.map((subject) => this.#isKnown(subject)));
    return this.#subjects.flatMap(({ key }, index) => (known[index] === true ? [] : [key]));
  }

  /** Once in every life of the master, and whenever a write had no answer, the operator looks before it writes. */
  async #isKnown({ key, look }: Subject): Promise<boolean> {
    const { acknowledged, lives } = this.#options;
    const now = lives.number;
    if (this.#lookedIn.get(key) === now && acknowledged.isSettled(key)) return true;
    const value = await look();
    if (value === undefined || lives.number !== now) return false;
    acknowledged.saw(key, value);
    this.#lookedIn.set(key, now);
    return true;
  }

  async #write({ key, change }: Subject): Promise<void> {
    const { acknowledged, happenings } = this.#options;
    const [value, call] = change(acknowledged.value(key));
    await acknowledged.write(key, value, async () => {
      const answer = await this.#post(call);
      if (answer === undefined || answer.status === 503) return 'no answer';
      if (answer.status >= 300) {
        const why = `${call.type} ${answer.status} ${answer.text}`;
        this.#refusals.set(why, (this.#refusals.get(why) ?? 0) + 1);
        return 'refused';
      }
      happenings.tell('answered');
      return 'acknowledged';
    });
  }

  #post(call: MasterCall): Promise<Answer> {
    const body = encodeJson(MasterCall, call);
    const headers = { 'Content-Type': 'application/json', Accept: 'application/json' };
    return new Promise((resolve) => {
      const posted = request(`${this.#options.url}/api/v1`, { method: 'POST', headers });
      posted.setTimeout(answerTimeoutMs, () => posted.destroy());
      posted.on('error', () => resolve(undefined));
      posted.on('response', (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', () => resolve(undefined));
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, text });
        });
      });
      posted.end(body, () => this.#options.happenings.tell('written'));
    });
  }

  async #ask(type: MasterCall['type']): Promise<MasterResponse | undefined> {
    const answer = await this.#post({ type });
    return answer?.status === 200 ? decodeJson(MasterResponse, answer.text) : undefined;
  }

  async #agent(id: string): Promise<Agent | undefined> {
    const agents = (await this.#ask('GET_AGENTS'))?.get_agents?.agents ?? [];
    return agents.find(({ agent_info }) => agent_info.id?.value === id);
  }

  #number(): number {
    this.#next += 1;
    return this.#next;
  }

  #quota(role: string): Subject {
    return {
      key: `quota of ${role}`,
      look: async () => {
        const answer = await this.#ask('GET_QUOTA');
        const configs = answer?.get_quota?.status.configs ?? [];
        const config = configs.find((one) => one.role === role);
        return answer && `${config?.limits?.cpus?.value ?? ''}`;
      },
      change: () => {
        const value = this.#number();
        const config = { role, limits: { cpus: { value } } };
        return [`${value}`, { type: 'UPDATE_QUOTA', update_quota: { quota_configs: [config] } }];
      },
    };
  }

  #weight(role: string): Subject {
    return {
      key: `weight of ${role}`,
      look: async () => {
        const answer = await this.#ask('GET_WEIGHTS');
        const info = answer?.get_weights?.weight_infos?.find((one) => one.role === role);
        return answer && `${info?.weight ?? ''}`;
      },
      change: () => {
        const weight = this.#number();
        return [
          `${weight}`,
          { type: 'UPDATE_WEIGHTS', update_weights: { weight_infos: [{ role, weight }] } },
        ];
      },
    };
  }

  /** The value counts the parts of a cpu that are reserved. */
  #reservation(agentId: string): Subject {
    const role = `kept-${this.#options.name}`;
    const part = (count: number) => ({
      agent_id: { value: agentId },
      resources: [
        {
          name: 'cpus',
          type: 'SCALAR' as const,
          scalar: { value: count * reservedPart },
          reservations: [{ type: 'DYNAMIC' as const, role }],
        },
      ],
    });
    return {
      key: `reservation of ${role} on ${agentId}`,
      look: async () => {
        const agent = await this.#agent(agentId);
        if (agent?.active !== true) return undefined;
        const reserved = agent.total_resources?.find(
          ({ name, reservations }) => name === 'cpus' && reservations?.[0]?.role === role,
        );
        const count = Math.round((reserved?.scalar?.value ?? 0) / reservedPart);
        return count === 0 ? '' : `${count}`;
      },
      change: (current) => {
        const count = Number(current);
        if (count > 50 || (count > 0 && this.#options.chance.oneIn(3))) {
          const rest = count === 1 ? '' : `${count - 1}`;
          return [rest, { type: 'UNRESERVE_RESOURCES', unreserve_resources: part(1) }];
        }
        return [`${count + 1}`, { type: 'RESERVE_RESOURCES', reserve_resources: part(1) }];
      },
    };
  }

  #service(agentId: string): Subject {
    const agent_id = { value: agentId };
    const ways: readonly (readonly [value: string, call: MasterCall])[] = [
      ['deactivated', { type: 'DEACTIVATE_AGENT', deactivate_agent: { agent_id } }],
      ['drained', { type: 'DRAIN_AGENT', drain_agent: { agent_id } }],
    ];
    return {
      key: `service of ${agentId}`,
      look: async () => {
        const agent = await this.#agent(agentId);
        if (agent?.drain_info !== undefined) return 'drained';
        return agent && (agent.deactivated === true ? 'deactivated' : '');
      },
      change: (current) =>
        current === ''
          ? this.#options.chance.pick(ways)
          : ['', { type: 'REACTIVATE_AGENT', reactivate_agent: { agent_id } }],
    };
  }
}
