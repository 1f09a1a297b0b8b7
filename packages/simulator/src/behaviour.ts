/** The behaviour file: what simulated agents have, what becomes of tasks, and which frameworks make load. */
import { readFile } from 'node:fs/promises';
import { errorMessage } from '@stoke/kit';
import { parseAttributes, parseResources } from '@stoke/resources';
import { z } from 'zod';
import { distributionSchema } from './distribution.ts';
import { simulatorError } from './errors.ts';

type Parse = (
  text: string,
) => { readonly ok: true } | { readonly ok: false; readonly problems: readonly string[] };

/** Text that `parse` accepts; its problems become the problems of the file. */
function textOf(parse: Parse): z.ZodString {
  return z.string().check((context) => {
    const result = parse(context.value);
    if (result.ok) return;
    for (const message of result.problems) {
      context.issues.push({ code: 'custom', message, input: context.value });
    }
  });
}

const resourcesText = textOf((text) => parseResources(text));

const agentsSchema = z.strictObject({
  /** Share of the agents that are of this kind, relative to the other kinds. */
  weight: z.number().positive().default(1),
  /** As the agent's flag `--resources`. */
  resources: resourcesText.default('cpus:8;mem:32768;disk:100000;ports:[31000-32000]'),
  /** As the agent's flag `--attributes`. */
  attributes: textOf(parseAttributes).optional(),
});

const tasksSchema = z.strictObject({
  /** Tasks whose id begins so; the first entry that matches counts. */
  prefix: z.string().default(''),
  /** From the order to run until TASK_RUNNING. */
  startDelay: distributionSchema.default(0),
  /** From TASK_RUNNING until the end. */
  duration: z.union([z.literal('forever'), distributionSchema], {
    error: 'expected "forever", or seconds as a number or a distribution',
  }),
  /** Share of tasks that end as TASK_FAILED. */
  failureRate: z.number().min(0).max(1).default(0),
});

const frameworkSchema = z.strictObject({
  name: z.string().min(1),
  role: z.string().min(1).default('*'),
  /** How many tasks it launches in all. */
  tasks: z.int().positive(),
  /** How many may be launched and not ended; default: no limit. */
  atOnce: z.int().positive().optional(),
  /** How many become due each second; default: all at once. */
  perSecond: z.number().positive().optional(),
  /** How many go into one ACCEPT at most. */
  perOffer: z.int().positive().optional(),
  /** Labels of every task. */
  labels: z.record(z.string(), z.string()).default({}),
  /** Of one task. */
  resources: resourcesText.default('cpus:0.1;mem:32'),
});

export const behaviourSchema = z.strictObject({
  seed: z.int().nonnegative().default(1),
  agents: z.array(agentsSchema).min(1).prefault([{}]),
  tasks: z.array(tasksSchema).default([]),
  frameworks: z.array(frameworkSchema).default([]),
});

/** What a simulation does. Durations are in seconds. */
export type Behaviour = z.infer<typeof behaviourSchema>;
export type AgentKind = Behaviour['agents'][number];
export type TaskScript = Behaviour['tasks'][number];
export type FrameworkLoad = Behaviour['frameworks'][number];

/** Checks a behaviour. @throws AppError BEHAVIOUR_INVALID with all problems */
export function parseBehaviour(value: unknown, name: string): Behaviour {
  const parsed = behaviourSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.length === 0 ? 'the file' : path.join('.')}: ${message}`,
  );
  throw simulatorError('BEHAVIOUR_INVALID', {
    message: `Cannot use behaviour file '${name}':\n  ${problems.join('\n  ')}`,
    details: { file: name, problems },
  });
}

/** Reads and checks a file. @throws AppError BEHAVIOUR_INVALID */
export async function readBehaviour(path: string): Promise<Behaviour> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw simulatorError('BEHAVIOUR_INVALID', {
      message: `Cannot read behaviour file '${path}': ${errorMessage(cause)}`,
      details: { file: path },
      cause,
    });
  }
  return parseBehaviour(value, path);
}
