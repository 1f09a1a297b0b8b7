/** Required fields a message lacks, named as protobuf names them. */
import type { AnyMessageType } from './descriptor.ts';

/** Paths such as `subscribe.framework_info.user` or `tasks[2].task_id`, in field order. */
export function missingFields(type: AnyMessageType, value: unknown, prefix = ''): string[] {
  const message = value as Readonly<Record<string, unknown>>;
  const missing: string[] = [];
  const deeper: string[] = [];
  for (const [, name, label, fieldType] of type.fields()) {
    const field = message[name];
    if (field === undefined) {
      if (label === 'required') missing.push(prefix + name);
      continue;
    }
    if (typeof fieldType !== 'object' || fieldType.kind !== 'message') continue;
    for (const [path, child] of children(label, name, field)) {
      deeper.push(...missingFields(fieldType, child, `${prefix}${path}.`));
    }
  }
  return [...missing, ...deeper];
}

function children(label: string, name: string, field: unknown): [string, unknown][] {
  if (label === 'repeated') {
    return (field as readonly unknown[]).map((child, at) => [`${name}[${at}]`, child]);
  }
  if (label === 'map') {
    return Object.entries(field as Record<string, unknown>).map(([key, child]) => [
      `${name}[${key}].value`,
      child,
    ]);
  }
  return [[name, field]];
}
