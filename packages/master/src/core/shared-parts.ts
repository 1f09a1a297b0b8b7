/** Tasks are many and alike: equal parts of them are kept once. Nobody may change them. */
import type { ContainerStatus, Labels, NetworkInfo, Task, TaskStatus } from '@stoke/protocol';

/** More different ones than this at a time are not worth remembering. */
const MAX_PARTS = 2000;

/** Remembers by content: the same object for equal parts. */
function sharing<T>(): (part: T) => T {
  const known = new Map<string, T>();
  return (part) => {
    const key = JSON.stringify(part);
    const shared = known.get(key);
    if (shared !== undefined) return shared;
    if (known.size >= MAX_PARTS) known.clear();
    known.set(key, part);
    return part;
  };
}

const labelsOf = sharing<Labels>();
const networksOf = sharing<NetworkInfo[]>();

/** The labels member of a task: all tasks of a service carry the same. */
export function sharedLabels({ labels }: Pick<Task, 'labels'>): Pick<Task, 'labels'> {
  return labels === undefined ? {} : { labels: labelsOf(labels) };
}

/** The container's member of a status: tasks on the network of their agent have its address. */
export function sharedNetworks({
  container_status: status,
}: Pick<TaskStatus, 'container_status'>): { container_status?: ContainerStatus } {
  if (status?.network_infos === undefined) return {};
  const network_infos = networksOf(status.network_infos);
  return { container_status: { ...status, network_infos } };
}
