/**
 * What the agent keeps on disk and how: one JSON text a key, written through `store` and `forget` effects.
 * Messages are kept as binary protobuf, which alone gives back exactly what was put in: JSON adds defaults.
 */
import {
  AgentInfo,
  DrainConfig,
  decodeBase64,
  decodeBinary,
  ExecutorInfo,
  encodeBase64,
  encodeBinary,
  FrameworkInfo,
  type MessageType,
  Operation,
  Resource,
  Task,
  TaskInfo,
  TaskStatus,
} from '@stoke/protocol';
import { type Resources, resourcesFromTrustedWire, toPostRefinement } from '@stoke/resources';
import type {
  Drain,
  Executor,
  ExecutorKind,
  Framework,
  KillInProgress,
  PendingUpdate,
  TaskEntry,
} from './state.ts';
import type { Turn } from './turn.ts';

export interface ExecutorRecord {
  readonly kind: ExecutorKind;
  readonly frameworkId: string;
  readonly containerId: string;
  readonly directory: string;
  readonly info: ExecutorInfo;
  /** Container of the default executor that a nested one belongs to. */
  readonly parent?: string;
  readonly kill?: KillInProgress;
}

export interface TaskRecord {
  readonly containerId: string;
  readonly info: TaskInfo;
  readonly task: Task;
  /** Uuids of its updates, as `uuidKey` writes them. */
  readonly seen: readonly string[];
  /** Whether the executor was given it. */
  readonly delivered: boolean;
  readonly group?: string;
}

export interface UpdateRecord extends PendingUpdate {
  readonly frameworkId: string;
}

/** Everything a former run of the agent left behind. */
export interface AgentRecords {
  readonly agentInfo: AgentInfo | undefined;
  readonly frameworks: readonly FrameworkInfo[];
  readonly executors: readonly ExecutorRecord[];
  readonly tasks: readonly TaskRecord[];
  readonly updates: readonly UpdateRecord[];
  readonly checkpointed: Resources;
  readonly doomedVolumes: readonly string[];
  readonly operations: readonly Operation[];
  readonly drain: Drain | undefined;
}

/** The key of the agent's own record; `AgentRecords` are what lies under the other prefixes. */
export const agentKey = 'agent';

/** The key of reservations and volumes: they outlive the agent's identity, as the data does. */
export const resourcesKey = 'resources';

const drainKey = 'drain';

const frameworkKey = (frameworkId: string): string => `framework/${frameworkId}`;
const executorKey = (executor: Executor): string =>
  `executor/${executor.frameworkId}/${executor.containerId}`;
const taskKey = (executor: Executor, taskId: string): string =>
  `task/${executor.frameworkId}/${executor.containerId}/${taskId}`;
const updateKey = (frameworkId: string, sequence: number): string =>
  `update/${frameworkId}/${sequence}`;

function pack<T>(type: MessageType<T>, value: T): string {
  return encodeBase64(encodeBinary(type, value));
}

function unpack<T>(type: MessageType<T>, packed: string): T {
  const decoded = decodeBase64(packed);
  return decodeBinary(type, decoded.ok ? decoded.bytes : new Uint8Array());
}

function store(turn: Turn, key: string, value: unknown): void {
  turn.effects.push({ type: 'store', key, value: JSON.stringify(value) });
}

function forget(turn: Turn, key: string): void {
  turn.effects.push({ type: 'forget', key });
}

export function storeAgent(turn: Turn): void {
  store(turn, agentKey, pack(AgentInfo, turn.state.info));
}

/** After this the next start registers as a new agent. */
export function forgetAgent(turn: Turn): void {
  forget(turn, agentKey);
}

export function storeFramework(turn: Turn, framework: Framework): void {
  store(turn, frameworkKey(framework.id), pack(FrameworkInfo, framework.info));
}

export function forgetFramework(turn: Turn, frameworkId: string): void {
  forget(turn, frameworkKey(frameworkId));
}

export function storeExecutor(turn: Turn, executor: Executor): void {
  const { kind, frameworkId, containerId, directory, kill } = executor;
  store(turn, executorKey(executor), {
    kind,
    frameworkId,
    containerId,
    directory,
    info: pack(ExecutorInfo, executor.info),
    ...(executor.parent === undefined ? {} : { parent: executor.parent.containerId }),
    ...(kill === undefined ? {} : { kill }),
  });
}

export function forgetExecutor(turn: Turn, executor: Executor): void {
  forget(turn, executorKey(executor));
}

export function storeTask(turn: Turn, executor: Executor, entry: TaskEntry): void {
  writeTask(turn, executor, { ...entry, delivered: true });
}

export function storeQueuedTask(turn: Turn, executor: Executor, entry: TaskEntry): void {
  writeTask(turn, executor, { ...entry, delivered: false });
}

function writeTask(
  turn: Turn,
  executor: Executor,
  record: TaskEntry & { readonly delivered: boolean },
): void {
  store(turn, taskKey(executor, record.info.task_id.value), {
    containerId: executor.containerId,
    info: pack(TaskInfo, record.info),
    task: pack(Task, record.task),
    seen: record.seen,
    delivered: record.delivered,
    group: executor.groups.get(record.info.task_id.value),
  });
}

export function forgetTask(turn: Turn, executor: Executor, taskId: string): void {
  forget(turn, taskKey(executor, taskId));
}

export function storeUpdate(turn: Turn, frameworkId: string, update: PendingUpdate): void {
  store(turn, updateKey(frameworkId, update.sequence), {
    frameworkId,
    sequence: update.sequence,
    status: pack(TaskStatus, update.status),
  });
}

export function forgetUpdate(turn: Turn, frameworkId: string, update: PendingUpdate): void {
  forget(turn, updateKey(frameworkId, update.sequence));
}

export function storeResources(turn: Turn): void {
  const { checkpointed, doomedVolumes } = turn.state;
  store(turn, resourcesKey, {
    checkpointed: toPostRefinement(checkpointed).map((resource) => pack(Resource, resource)),
    doomedVolumes,
  });
}

export function storeOperation(turn: Turn, key: string, operation: Operation): void {
  store(turn, `operation/${key}`, pack(Operation, operation));
}

export function forgetOperation(turn: Turn, key: string): void {
  forget(turn, `operation/${key}`);
}

/** A restarted agent goes on draining. */
export function storeDrain(turn: Turn, { config, startedMs }: Drain): void {
  store(turn, drainKey, { config: pack(DrainConfig, config), startedMs });
}

export function forgetDrain(turn: Turn): void {
  forget(turn, drainKey);
}

interface RawDrain {
  readonly config: string;
  readonly startedMs: number;
}

interface RawResources {
  readonly checkpointed: readonly string[];
  readonly doomedVolumes: readonly string[];
}

interface RawExecutor extends Omit<ExecutorRecord, 'info'> {
  readonly info: string;
}

interface RawTask {
  readonly containerId: string;
  readonly info: string;
  readonly task: string;
  readonly seen: readonly string[];
  readonly delivered: boolean;
  readonly group?: string;
}

interface RawUpdate {
  readonly frameworkId: string;
  readonly sequence: number;
  readonly status: string;
}

/** Reads back what the functions above wrote; `entries` are all keys with their texts. */
export function decodeRecords(
  entries: Iterable<readonly [key: string, text: string]>,
): AgentRecords {
  const byKind = new Map<string, unknown[]>();
  for (const [key, text] of entries) {
    const kind = key.split('/', 1)[0] ?? key;
    const values = byKind.get(kind) ?? [];
    values.push(JSON.parse(text));
    byKind.set(kind, values);
  }
  const all = <T>(kind: string): readonly T[] => (byKind.get(kind) ?? []) as readonly T[];
  const agent = all<string>(agentKey)[0];
  const resources = all<RawResources>(resourcesKey)[0];
  const drain = all<RawDrain>(drainKey)[0];
  return {
    agentInfo: agent === undefined ? undefined : unpack(AgentInfo, agent),
    frameworks: all<string>('framework').map((value) => unpack(FrameworkInfo, value)),
    executors: all<RawExecutor>('executor').map((raw) => ({
      ...raw,
      info: unpack(ExecutorInfo, raw.info),
    })),
    tasks: all<RawTask>('task').map((raw) => ({
      ...raw,
      info: unpack(TaskInfo, raw.info),
      task: unpack(Task, raw.task),
    })),
    updates: all<RawUpdate>('update')
      .map((raw) => ({ ...raw, status: unpack(TaskStatus, raw.status) }))
      .sort((a, b) => a.sequence - b.sequence),
    checkpointed: resourcesFromTrustedWire(
      (resources?.checkpointed ?? []).map((value) => unpack(Resource, value)),
    ),
    doomedVolumes: resources?.doomedVolumes ?? [],
    operations: all<string>('operation').map((value) => unpack(Operation, value)),
    drain: drain && { ...drain, config: unpack(DrainConfig, drain.config) },
  };
}
