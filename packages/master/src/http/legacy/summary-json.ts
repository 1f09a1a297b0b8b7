/** `/state-summary`: agents and frameworks with counters of task states instead of tasks. */
import type { Task, TaskState } from '@stoke/protocol';
import type { Framework, MasterState } from '../../core/state.ts';
import type { Viewer } from '../../core/viewer.ts';
import { agentJson } from './agent-json.ts';
import { frameworkSummaryJson } from './framework-json.ts';
import type { Json } from './resource-json.ts';

const COUNTED: readonly TaskState[] = [
  'TASK_STAGING',
  'TASK_STARTING',
  'TASK_RUNNING',
  'TASK_KILLING',
  'TASK_FINISHED',
  'TASK_KILLED',
  'TASK_FAILED',
  'TASK_LOST',
  'TASK_ERROR',
  'TASK_UNREACHABLE',
];

type Tally = { readonly states: Map<TaskState, number>; readonly others: Set<string> };

function tallyOf(tallies: Map<string, Tally>, key: string): Tally {
  const tally = tallies.get(key) ?? { states: new Map(), others: new Set() };
  tallies.set(key, tally);
  return tally;
}

function add(tally: Tally, state: TaskState, other: string): void {
  tally.states.set(state, (tally.states.get(state) ?? 0) + 1);
  tally.others.add(other);
}

function tasksOf(framework: Framework): Task[] {
  return [
    ...[...framework.tasks.values()].map((record) => record.task),
    ...framework.unreachableTasks.values(),
    ...framework.completedTasks,
  ];
}

function countersJson(tally: Tally): Json {
  return Object.fromEntries(COUNTED.map((state) => [state, tally.states.get(state) ?? 0]));
}

export function summaryJson(state: MasterState, cluster: string | undefined, viewer: Viewer): Json {
  const frameworks = [...state.frameworks.values()].filter(({ info }) => viewer.framework(info));
  const byAgent = new Map<string, Tally>();
  const byFramework = new Map<string, Tally>();
  for (const framework of frameworks) {
    for (const task of tasksOf(framework)) {
      if (!viewer.task(task, framework.info)) continue;
      add(tallyOf(byAgent, task.agent_id.value), task.state, framework.id);
      add(tallyOf(byFramework, framework.id), task.state, task.agent_id.value);
    }
  }
  return {
    hostname: state.info.hostname,
    ...(cluster === undefined || !viewer.flags() ? {} : { cluster }),
    slaves: [...state.agents.values()].map((agent) => {
      const tally = tallyOf(byAgent, agent.id);
      return {
        ...agentJson(state, agent, viewer),
        ...countersJson(tally),
        framework_ids: [...tally.others],
      };
    }),
    frameworks: frameworks.map((framework) => {
      const tally = tallyOf(byFramework, framework.id);
      return {
        ...frameworkSummaryJson(state, framework),
        ...countersJson(tally),
        slave_ids: [...tally.others],
      };
    }),
  };
}
