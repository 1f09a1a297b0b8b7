/** The tasks of a service all carry the same labels: equal ones are kept once. */
import type { Labels, Task } from '@stoke/protocol';

/** More different ones than this at a time are not worth remembering. */
const MAX_LABELS = 2000;

const known = new Map<string, Labels>();

/** The labels member of a task, the same object for equal labels. Nobody may change it. */
export function sharedLabels({ labels }: Pick<Task, 'labels'>): Pick<Task, 'labels'> {
  if (labels === undefined) return {};
  const key = JSON.stringify(labels);
  const shared = known.get(key);
  if (shared !== undefined) return { labels: shared };
  if (known.size >= MAX_LABELS) known.clear();
  known.set(key, labels);
  return { labels };
}
