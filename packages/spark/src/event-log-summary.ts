/** Sums up an application from its events: stages, tasks, executors, and the usual aggregate metrics. Pure. */

import type { SparkEvent } from './event-log.ts';

/** Sums over tasks, named as sparkMeasure names them. Times in ms, sizes in bytes. */
export interface TaskTotals {
  numTasks: number;
  failedTasks: number;
  executorRunTime: number;
  executorCpuTime: number;
  executorDeserializeTime: number;
  executorDeserializeCpuTime: number;
  resultSerializationTime: number;
  jvmGCTime: number;
  shuffleFetchWaitTime: number;
  shuffleWriteTime: number;
  /** The largest of all, not a sum. */
  resultSize: number;
  memoryBytesSpilled: number;
  diskBytesSpilled: number;
  peakExecutionMemory: number;
  recordsRead: number;
  bytesRead: number;
  recordsWritten: number;
  bytesWritten: number;
  shuffleRecordsRead: number;
  shuffleLocalBytesRead: number;
  shuffleRemoteBytesRead: number;
  shuffleBytesWritten: number;
  shuffleRecordsWritten: number;
}

/** One completed attempt of a stage. */
export interface StageSummary {
  readonly stageId: number;
  readonly attemptId: number;
  readonly name: string;
  readonly numTasks: number;
  /** Of completed stages. */
  readonly durationMs: number | undefined;
  readonly failureReason: string | undefined;
}

/** One executor, as long as it was known. */
export interface ExecutorSummary {
  readonly executorId: string;
  readonly host: string;
  readonly cores: number;
  readonly tasks: number;
  readonly removedReason: string | undefined;
}

/** An application, summed up. */
export interface ApplicationSummary {
  readonly applicationId: string;
  readonly name: string;
  readonly sparkVersion: string;
  readonly master: string;
  readonly startedAtMs: number | undefined;
  /** Absent while it runs, and when its driver was killed. */
  readonly endedAtMs: number | undefined;
  /** From the start of the application to the start of its first task. */
  readonly firstTaskAfterMs: number | undefined;
  readonly jobs: { readonly succeeded: number; readonly failed: number };
  readonly stages: readonly StageSummary[];
  readonly executors: readonly ExecutorSummary[];
  readonly totals: Readonly<TaskTotals>;
}

/** Sums up events one by one; `result` may be asked at any time. */
export interface EventLogSummary {
  add(event: SparkEvent): void;
  result(): ApplicationSummary;
}

type Fields = Readonly<Record<string, unknown>>;

interface Executor {
  host: string;
  cores: number;
  tasks: number;
  removedReason: string | undefined;
}

interface State {
  application: Fields;
  sparkVersion: string;
  master: string;
  endedAtMs: number | undefined;
  firstTaskAtMs: number | undefined;
  jobs: { succeeded: number; failed: number };
  stages: Map<string, StageSummary>;
  executors: Map<string, Executor>;
  totals: TaskTotals;
}

/** Starts an empty summary. */
export function createEventLogSummary(): EventLogSummary {
  const state: State = {
    application: {},
    sparkVersion: '',
    master: '',
    endedAtMs: undefined,
    firstTaskAtMs: undefined,
    jobs: { succeeded: 0, failed: 0 },
    stages: new Map(),
    executors: new Map(),
    totals: noTasks(),
  };
  return {
    add: (event) => HANDLERS[event.Event]?.(state, event),
    result: () => render(state),
  };
}

const HANDLERS: Readonly<Record<string, (state: State, event: Fields) => void>> = {
  SparkListenerLogStart: (state, event) => {
    state.sparkVersion = text(event['Spark Version']);
  },
  SparkListenerApplicationStart: (state, event) => {
    state.application = event;
  },
  SparkListenerApplicationEnd: (state, event) => {
    state.endedAtMs = optionalNumber(event.Timestamp);
  },
  SparkListenerEnvironmentUpdate: (state, event) => {
    state.master = text(fields(event['Spark Properties'])['spark.master']);
  },
  SparkListenerExecutorAdded: (state, event) => {
    const info = fields(event['Executor Info']);
    state.executors.set(text(event['Executor ID']), {
      host: text(info.Host),
      cores: number(info['Total Cores']),
      tasks: 0,
      removedReason: undefined,
    });
  },
  SparkListenerExecutorRemoved: (state, event) => {
    const executor = state.executors.get(text(event['Executor ID']));
    if (executor !== undefined) executor.removedReason = text(event['Removed Reason']);
  },
  SparkListenerJobEnd: (state, event) => {
    const succeeded = fields(event['Job Result']).Result === 'JobSucceeded';
    state.jobs[succeeded ? 'succeeded' : 'failed'] += 1;
  },
  SparkListenerStageSubmitted: addStage,
  SparkListenerStageCompleted: addStage,
  SparkListenerTaskStart: (state, event) => {
    state.firstTaskAtMs ??= optionalNumber(fields(event['Task Info'])['Launch Time']);
  },
  SparkListenerTaskEnd: addTask,
};

function addStage(state: State, event: Fields): void {
  const info = fields(event['Stage Info']);
  const submitted = optionalNumber(info['Submission Time']);
  const completed = optionalNumber(info['Completion Time']);
  const stageId = number(info['Stage ID']);
  const attemptId = number(info['Stage Attempt ID']);
  state.stages.set(`${stageId}.${attemptId}`, {
    stageId,
    attemptId,
    name: text(info['Stage Name']),
    numTasks: number(info['Number of Tasks']),
    durationMs:
      submitted === undefined || completed === undefined ? undefined : completed - submitted,
    failureReason: info['Failure Reason'] === undefined ? undefined : text(info['Failure Reason']),
  });
}

function addTask(state: State, event: Fields): void {
  const { totals } = state;
  const executor = state.executors.get(text(fields(event['Task Info'])['Executor ID']));
  if (executor !== undefined) executor.tasks += 1;
  totals.numTasks += 1;
  if (fields(event['Task End Reason']).Reason !== 'Success') totals.failedTasks += 1;
  const metrics = fields(event['Task Metrics']);
  const measured = measures(metrics);
  for (const name of MEASURES) totals[name] += measured[name];
  totals.resultSize = Math.max(totals.resultSize, number(metrics['Result Size']));
}

type Measure = Exclude<keyof TaskTotals, 'numTasks' | 'failedTasks' | 'resultSize'>;

const NS_PER_MS = 1_000_000;

/** Where Spark keeps each measure; the two CPU times and the shuffle write time are in ns there. */
function measures(metrics: Fields): Record<Measure, number> {
  const read = fields(metrics['Shuffle Read Metrics']);
  const write = fields(metrics['Shuffle Write Metrics']);
  const input = fields(metrics['Input Metrics']);
  const output = fields(metrics['Output Metrics']);
  return {
    executorRunTime: number(metrics['Executor Run Time']),
    executorCpuTime: number(metrics['Executor CPU Time']) / NS_PER_MS,
    executorDeserializeTime: number(metrics['Executor Deserialize Time']),
    executorDeserializeCpuTime: number(metrics['Executor Deserialize CPU Time']) / NS_PER_MS,
    resultSerializationTime: number(metrics['Result Serialization Time']),
    jvmGCTime: number(metrics['JVM GC Time']),
    shuffleFetchWaitTime: number(read['Fetch Wait Time']),
    shuffleWriteTime: number(write['Shuffle Write Time']) / NS_PER_MS,
    memoryBytesSpilled: number(metrics['Memory Bytes Spilled']),
    diskBytesSpilled: number(metrics['Disk Bytes Spilled']),
    peakExecutionMemory: number(metrics['Peak Execution Memory']),
    recordsRead: number(input['Records Read']),
    bytesRead: number(input['Bytes Read']),
    recordsWritten: number(output['Records Written']),
    bytesWritten: number(output['Bytes Written']),
    shuffleRecordsRead: number(read['Total Records Read']),
    shuffleLocalBytesRead: number(read['Local Bytes Read']),
    shuffleRemoteBytesRead: number(read['Remote Bytes Read']),
    shuffleBytesWritten: number(write['Shuffle Bytes Written']),
    shuffleRecordsWritten: number(write['Shuffle Records Written']),
  };
}

const NOTHING = measures({});
const MEASURES = Object.keys(NOTHING).filter(isMeasure);

function isMeasure(name: string): name is Measure {
  return name in NOTHING;
}

function noTasks(): TaskTotals {
  return { numTasks: 0, failedTasks: 0, resultSize: 0, ...NOTHING };
}

function render(state: State): ApplicationSummary {
  const startedAtMs = optionalNumber(state.application.Timestamp);
  const { firstTaskAtMs } = state;
  return {
    applicationId: text(state.application['App ID']),
    name: text(state.application['App Name']),
    sparkVersion: state.sparkVersion,
    master: state.master,
    startedAtMs,
    endedAtMs: state.endedAtMs,
    firstTaskAfterMs:
      startedAtMs === undefined || firstTaskAtMs === undefined
        ? undefined
        : firstTaskAtMs - startedAtMs,
    jobs: { ...state.jobs },
    stages: [...state.stages.values()],
    executors: [...state.executors].map(([executorId, facts]) => ({ executorId, ...facts })),
    totals: { ...state.totals },
  };
}

function fields(value: unknown): Fields {
  return isFields(value) ? value : {};
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function number(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
