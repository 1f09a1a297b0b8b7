/** Shows how a Spark application gets on: its page, each stage as it ends, the running ones in the status line. */
import type { ApplicationProgress } from '@stoke/spark';
import type { StatusLine } from './status-line.ts';

type Stage = ApplicationProgress['stages'][number];

/** Stages this small are over before anybody could read about them. */
const worthALineTasks = 2;
const barWidth = 20;

const keyOf = (stage: Stage): string => `${stage.stageId}.${stage.attemptId}`;

/** What it tells about, besides stages: that the driver starts, and why the application waits. */
export interface JobProgress {
  start(): void;
  progress(progress: ApplicationProgress): void;
  waits(reason: string | undefined): void;
  end(): void;
}

/** A listener for one application. */
export function jobProgress(status: StatusLine): JobProgress {
  const told = new Set<string>();
  let waiting: string | undefined;
  let running = '';
  const draw = (): void => status.set(waiting === undefined ? running : `waiting: ${waiting}`);
  return {
    start() {
      running = "starting Spark's driver …";
      draw();
    },
    progress(progress) {
      tellOnce(told, 'page', () => status.say(`Spark's page: ${progress.uiUrl}`));
      for (const stage of progress.stages) tellEnd(status, told, stage);
      const active = progress.stages.filter((stage) => stage.status === 'ACTIVE');
      running =
        active.length === 0 ? 'the driver works …' : active.map(describeRunning).join('   ');
      draw();
    },
    waits(reason) {
      if (reason !== undefined && reason !== waiting) status.say(`waiting: ${reason}`);
      if (reason === undefined && waiting !== undefined) status.say('waiting is over');
      waiting = reason;
      draw();
    },
    end() {
      status.set('');
    },
  };
}

function tellOnce(told: Set<string>, key: string, tell: () => void): void {
  if (told.has(key)) return;
  told.add(key);
  tell();
}

function tellEnd(status: StatusLine, told: Set<string>, stage: Stage): void {
  const ended = stage.status === 'COMPLETE' || stage.status === 'FAILED';
  if (!ended || (stage.status === 'COMPLETE' && stage.numTasks < worthALineTasks)) return;
  tellOnce(told, keyOf(stage), () => {
    const failed = stage.failedTasks > 0 ? `, ${stage.failedTasks} tries failed` : '';
    const word = stage.status === 'FAILED' ? 'failed' : 'done';
    const tasks = `${stage.completeTasks}/${stage.numTasks} tasks`;
    status.say(`stage ${stage.stageId} ${word}: ${shortName(stage)} (${tasks}${failed})`);
  });
}

function describeRunning(stage: Stage): string {
  const share = stage.numTasks === 0 ? 0 : stage.completeTasks / stage.numTasks;
  const bar = '█'.repeat(Math.round(share * barWidth)).padEnd(barWidth, '░');
  return `stage ${stage.stageId} ${bar} ${stage.completeTasks}/${stage.numTasks} ${shortName(stage)}`;
}

/** `collect at /long/path/flights.py:33` without the path. */
function shortName({ name }: Stage): string {
  return name
    .replace(/(\S*\/)([^/\s]+)/, '$2')
    .replace('NativeMethodAccessorImpl.java:0', 'Python');
}
