/** Which persistent volumes the container of a custom executor sees, while its tasks come and go. */
import type { Resource, TaskInfo } from '@stoke/protocol';
import { executorResources } from './executor-resources.ts';
import { type Executor, isTerminal } from './state.ts';
import type { Turn } from './turn.ts';
import { type VolumeLink, volumeLinks } from './volumes.ts';

/** The container sees these from its start. */
export function seeVolumes(executor: Executor, links: readonly VolumeLink[]): void {
  for (const link of links) executor.volumes.set(link.path, { ...link, isThere: true });
}

/** What the executor and the tasks in its hands hold. */
export function deliveredResources({ info, tasks }: Executor): Resource[] {
  const live = [...tasks.values()].filter(({ task }) => !isTerminal(task.state));
  return [...(info.resources ?? []), ...live.flatMap((one) => one.info.resources ?? [])];
}

/** Whether the container sees all volumes of the tasks; what it does not see is asked for, once. */
export function showVolumes(turn: Turn, executor: Executor, tasks: readonly TaskInfo[]): boolean {
  const links = tasks.flatMap((task) => linksOf(turn, task));
  const volumes = links.filter(({ path }) => !executor.volumes.has(path));
  for (const link of volumes) executor.volumes.set(link.path, { ...link, isThere: false });
  order(turn, executor, { order: 'show', volumes });
  return links.every(({ path }) => executor.volumes.get(path)?.isThere === true);
}

/** The container sees them from now on, or could not be made to. */
export function noteVolumes(executor: Executor, paths: readonly string[], isThere: boolean): void {
  for (const path of paths) {
    const volume = executor.volumes.get(path);
    if (volume !== undefined && isThere) executor.volumes.set(path, { ...volume, isThere });
    else executor.volumes.delete(path);
  }
}

/** Tasks, not delivered yet, with one of these volumes. */
export function tasksWith(turn: Turn, executor: Executor, paths: readonly string[]): string[] {
  const isWanted = (task: TaskInfo): boolean =>
    linksOf(turn, task).some(({ path }) => paths.includes(path));
  return [...executor.queued.values()].filter(isWanted).map(({ task_id }) => task_id.value);
}

/** What no task has any more goes from the container: it may be destroyed, and its disk given to somebody else. */
export function hideVolumes(turn: Turn, executor: Executor): void {
  const { workDir } = turn.state.settings;
  const needed = new Set(volumeLinks(workDir, executorResources(executor)).map(({ path }) => path));
  const volumes = [...executor.volumes.values()].filter(
    ({ path, isThere }) => isThere && !needed.has(path),
  );
  for (const { path } of volumes) executor.volumes.delete(path);
  order(turn, executor, { order: 'hide', volumes });
}

function order(
  turn: Turn,
  { containerId, directory }: Executor,
  wanted: { readonly order: 'show' | 'hide'; readonly volumes: readonly VolumeLink[] },
): void {
  if (wanted.volumes.length === 0) return;
  turn.effects.push({ type: 'link-volumes', containerId, directory, ...wanted });
}

function linksOf({ state }: Turn, { resources = [] }: TaskInfo): VolumeLink[] {
  return volumeLinks(state.settings.workDir, resources);
}
