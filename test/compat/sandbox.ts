/** Compares the sandbox a task left behind with the recorded one: files, environment, output. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browseFiles, createConnection, downloadFile, getAgentState } from '@stoke/client';
import { compareJson, type Json } from './compare.ts';
import { RECORDINGS } from './recording.ts';
import type { Found } from './replay-call.ts';
import { parseEnvironment } from './replay-executor.ts';
import type { Translation } from './translation.ts';

/** What of a sandbox is the same in every run: the log of the executor in stderr is not. */
interface Sandbox {
  readonly [part: string]: Json;
}

/** Differences between `group/sandbox.txt` and the sandbox of that executor today. */
export async function compareSandbox(options: {
  readonly group: string;
  readonly executorId: string;
  readonly agentUrl: string;
  readonly translation: Translation;
}): Promise<Found[]> {
  const { group, translation } = options;
  const recorded = parseSandbox(readFileSync(join(RECORDINGS, group, 'sandbox.txt'), 'utf8'));
  const actual = await readSandbox(options.agentUrl, options.executorId);
  const neutral = { recorded: translation.neutralRecorded, actual: translation.neutralActual };
  const where = `${group}/sandbox.txt`;
  return compareJson(recorded, actual, neutral).map((it) => ({ ...it, where }));
}

function sandboxOf(modes: Record<string, string>, contents: ReadonlyMap<string, string>): Sandbox {
  const environment = parseEnvironment(contents.get('env.txt') ?? '');
  return {
    modes,
    environment,
    stdout: contents.get('stdout') ?? '',
    pwd: contents.get('pwd.txt')?.trim() ?? '',
  };
}

/** A listing as `ls -l` gives it, then `== name` before the contents of each file. */
function parseSandbox(text: string): Sandbox {
  const [listing = '', ...sections] = text.split(/^== /m);
  const modes = [...listing.matchAll(/^(-[rwx-]{9}) .* (\S+)$/gm)].map(
    ([, mode = '', name = '']) => [name, mode] as const,
  );
  const contents = sections.map((section) => {
    const end = section.indexOf('\n');
    return [section.slice(0, end), section.slice(end + 1)] as const;
  });
  return sandboxOf(Object.fromEntries(modes), new Map(contents));
}

type Agent = ReturnType<typeof createConnection>;

/** Files of a directory and of those in it; directories themselves are left out. */
async function filesBelow(
  agent: Agent,
  directory: string,
): Promise<{ readonly path: string; readonly mode: string }[]> {
  const entries = await browseFiles(agent, directory);
  const below = entries.map(async ({ path, mode }) =>
    mode.startsWith('d') ? await filesBelow(agent, path) : [{ path, mode }],
  );
  return (await Promise.all(below)).flat();
}

async function readSandbox(agentUrl: string, executorId: string): Promise<Sandbox> {
  const agent = createConnection({ url: agentUrl });
  const state = await getAgentState(agent);
  const executor = [...state.frameworks, ...state.completed_frameworks]
    .flatMap((it) => [...it.executors, ...it.completed_executors])
    .find((it) => it.id === executorId);
  if (executor === undefined) throw new Error(`The agent knows no executor ${executorId}`);
  const files = await filesBelow(agent, executor.directory);
  const contents = new Map<string, string>();
  const modes: Record<string, string> = {};
  for (const { path, mode } of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    modes[name] = mode;
    contents.set(name, Buffer.from(await downloadFile(agent, path)).toString('utf8'));
  }
  return sandboxOf(modes, contents);
}
