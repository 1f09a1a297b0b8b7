/**
 * Messages as JSON, in the dialect of the Mesos v1 HTTP APIs: wire names, enum names, base64 bytes,
 * doubles with decimals, explicit defaults shown, everything else that is unset left out.
 */
import { encodeBase64 } from './base64.ts';
import type { AnyMessageType, FieldRow, FieldType, MessageType } from './descriptor.ts';
import { doubleText } from './json-number.ts';

/** Writes one value that is present. */
type ValueWriter = (value: unknown) => string;

/** Adds the field, when it shows, to the text so far; the text starts empty. */
type FieldWriter = (message: Readonly<Record<string, unknown>>, sofar: string) => string;

interface Plan {
  writers: FieldWriter[];
}

/** Arrays that the operator APIs show even when they are empty. */
const ALWAYS_SHOWN: Readonly<Record<string, readonly string[]>> = {
  'mesos.v1.master.Response.GetTasks': ['tasks', 'unreachable_tasks', 'completed_tasks'],
  'mesos.v1.master.Response.GetExecutors': ['executors'],
  'mesos.v1.master.Response.GetFrameworks': ['frameworks', 'completed_frameworks'],
  'mesos.v1.master.Response.GetAgents': ['agents', 'recovered_agents'],
  'mesos.v1.agent.Response.GetTasks': [
    'pending_tasks',
    'queued_tasks',
    'launched_tasks',
    'terminated_tasks',
    'completed_tasks',
  ],
  'mesos.v1.agent.Response.GetExecutors': ['executors', 'completed_executors'],
  'mesos.v1.agent.Response.GetFrameworks': ['frameworks', 'completed_frameworks'],
};

const plans = new WeakMap<AnyMessageType, Plan>();

/** Compact JSON text of a message. */
export function encodeJson<T>(type: MessageType<T>, value: T): string {
  return writeMessage(planOf(type), value);
}

/** The same as a plain JSON value, for embedding in a bigger document. */
export function toJsonValue<T>(type: MessageType<T>, value: T): unknown {
  return JSON.parse(encodeJson(type, value));
}

function planOf(type: AnyMessageType): Plan {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const plan: Plan = { writers: [] };
  plans.set(type, plan);
  const shown = ALWAYS_SHOWN[type.name] ?? [];
  plan.writers = type.fields().map((row) => fieldWriter(row, shown.includes(row[1])));
  return plan;
}

function writeMessage(plan: Plan, value: unknown): string {
  const message = value as Readonly<Record<string, unknown>>;
  let text = '';
  for (const write of plan.writers) text = write(message, text);
  return `{${text}}`;
}

function fieldWriter(row: FieldRow, alwaysShown: boolean): FieldWriter {
  const [, name, label, type, shownDefault] = row;
  const write = valueWriter(type);
  if (label === 'repeated') return arrayWriter(name, write, alwaysShown);
  if (label === 'map') return mapWriter(name, write);
  const first = `"${name}":`;
  const next = `,"${name}":`;
  const fallback = shownDefault === undefined ? undefined : write(shownDefault);
  return (message, sofar) => {
    const value = message[name];
    const text = value === undefined || value === null ? fallback : write(value);
    if (text === undefined) return sofar;
    return sofar === '' ? first + text : sofar + next + text;
  };
}

function arrayWriter(name: string, write: ValueWriter, alwaysShown: boolean): FieldWriter {
  const first = `"${name}":[`;
  const next = `,"${name}":[`;
  return (message, sofar) => {
    const values = message[name] as readonly unknown[] | undefined;
    if ((values === undefined || values.length === 0) && !alwaysShown) return sofar;
    let text = sofar === '' ? first : sofar + next;
    let separator = '';
    for (const value of values ?? []) {
      text += separator + write(value);
      separator = ',';
    }
    return `${text}]`;
  };
}

function mapWriter(name: string, write: ValueWriter): FieldWriter {
  return (message, sofar) => {
    const entries = Object.entries((message[name] as Record<string, unknown> | undefined) ?? {});
    if (entries.length === 0) return sofar;
    const text = entries.map(([key, value]) => `${JSON.stringify(key)}:${write(value)}`).join(',');
    return `${sofar === '' ? '' : `${sofar},`}"${name}":{${text}}`;
  };
}

function valueWriter(type: FieldType): ValueWriter {
  if (typeof type === 'object') {
    if (type.kind === 'enum') return (value) => `"${value as string}"`;
    const plan = planOf(type);
    return (value) => writeMessage(plan, value);
  }
  switch (type) {
    case 'string':
      return (value) => stringText(value as string);
    case 'bytes':
      return (value) => `"${encodeBase64(value as Uint8Array)}"`;
    case 'double':
      return (value) => doubleText(value as number);
    default:
      return String;
  }
}

/** Text that needs no escapes, which is nearly all there is. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;

function stringText(value: string): string {
  return PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}
