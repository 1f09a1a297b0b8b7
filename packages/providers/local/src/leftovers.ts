/** Tells what a cluster left running although its daemons are gone: supervisors, executors, tasks. */
import type { ProcessWords } from '@stoke/kit';

/** Whether a process belongs to the folder: a daemon or supervisor by its words, a task by its sandbox. */
export function belongsTo(folder: string): (words: ProcessWords) => boolean {
  return ({ commandLine, environment }) => {
    const isDaemon = commandLine.some((word) => word.startsWith(`--work_dir=${folder}/`));
    const isSupervisor =
      commandLine.some((word) => /supervise\.sh$/.test(word)) &&
      commandLine.some((word) => word.startsWith(`${folder}/`));
    const isTask = environment.some(
      (one) => /^MESOS_(DIRECTORY|SANDBOX)=/.test(one) && one.includes(`=${folder}/`),
    );
    return isDaemon || isSupervisor || isTask;
  };
}
