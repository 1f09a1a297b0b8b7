/** Runs checks: a command in the sandbox, a GET, a connection, each bounded by its timeout and by the life of its task. */
import { type Clock, errorMessage, runCommand } from '@stoke/kit';
import type { ProbeResult } from '../core/checks.ts';
import type { Effect, Probe } from '../core/effects.ts';
import type { AgentEvent } from '../core/events.ts';
import type { InsideCommand } from './containerizer.ts';
import { type Dial, dialInside } from './dial.ts';
import { probeHttp, probeTcp } from './network-probes.ts';
import { findOwner, type SandboxRules } from './sandbox.ts';

/** From SIGTERM to SIGKILL for a check command that takes too long. */
const killGraceMs = 500;

export interface ProbeRunnerOptions {
  readonly clock: Clock;
  readonly rules: SandboxRules;
  /** Makes a command one that runs inside the container. */
  readonly entering: (containerId: string, command: InsideCommand) => InsideCommand;
  /** Runs a command inside the container, if it has a way of its own for that. */
  readonly runInside: (
    containerId: string,
    command: InsideCommand,
    signal: AbortSignal,
  ) => Promise<number> | undefined;
  /** File of the network namespace that checks of the container are made from; undefined: the machine's. */
  readonly networkNamespace: (containerId: string) => string | undefined;
  readonly dispatch: (event: AgentEvent) => void;
}

type RunProbe = Extract<Effect, { type: 'run-probe' }>;
type CommandProbe = Extract<Probe, { type: 'command' }>;

export class ProbeRunner {
  readonly #options: ProbeRunnerOptions;
  /** Of each container, what ends the runs that are under way. */
  readonly #running = new Map<string, Set<AbortController>>();

  constructor(options: ProbeRunnerOptions) {
    this.#options = options;
  }

  /** Ends in `probe-ended`, unless it is stopped. */
  run(effect: RunProbe): void {
    const { containerId } = effect;
    const stop = new AbortController();
    const runs = this.#running.get(containerId) ?? new Set();
    this.#running.set(containerId, runs.add(stop));
    void this.#perform(effect, stop).finally(() => runs.delete(stop));
  }

  async #perform(effect: RunProbe, stop: AbortController): Promise<void> {
    const { containerId, kind, probe, timeoutMs } = effect;
    const { clock } = this.#options;
    const late: ProbeResult = { type: 'failed', reason: `no answer within ${timeoutMs} ms` };
    const timer =
      timeoutMs === undefined ? undefined : clock.setTimer(timeoutMs, () => stop.abort(late));
    let result: ProbeResult;
    try {
      result = await this.#result(containerId, probe, stop.signal);
    } catch (error) {
      result = { type: 'failed', reason: errorMessage(error) };
    }
    timer?.cancel();
    const inTime = !stop.signal.aborted;
    if (!inTime && stop.signal.reason !== late) return;
    this.#options.dispatch({
      type: 'probe-ended',
      containerId,
      kind,
      result: inTime ? result : late,
    });
  }

  #result(containerId: string, probe: Probe, signal: AbortSignal): Promise<ProbeResult> {
    switch (probe.type) {
      case 'command':
        return this.#runCommand(containerId, probe, signal);
      case 'http':
        return probeHttp(probe.url, { signal, dial: this.#dial(containerId) });
      case 'tcp':
        return probeTcp(probe, { signal, dial: this.#dial(containerId) });
    }
  }

  #dial(containerId: string): Dial | undefined {
    const namespace = this.#options.networkNamespace(containerId);
    return namespace === undefined ? undefined : dialInside(namespace);
  }

  async #runCommand(
    containerId: string,
    probe: CommandProbe,
    signal: AbortSignal,
  ): Promise<ProbeResult> {
    const owner = await findOwner(probe.user, this.#options.rules);
    if (owner === 'unknown') return { type: 'failed', reason: `no such user '${probe.user}'` };
    const { directory, environment } = probe;
    const command = { ...commandLine(probe), directory, environment, owner };
    const code = await this.#options.runInside(containerId, command, signal);
    if (code !== undefined) return { type: 'exit', code };
    const inside = this.#options.entering(containerId, command);
    const ended = await runCommand({
      file: inside.file,
      args: inside.args,
      cwd: inside.directory,
      env: inside.environment,
      ...(inside.owner === undefined ? {} : { owner: inside.owner }),
      signal,
      keepOutput: false,
      killGraceMs,
    });
    if (ended.cause === 'exit') return { type: 'exit', code: ended.exitCode ?? 1 };
    const why = ended.signal === undefined ? '' : ` by ${ended.signal}`;
    return { type: 'failed', reason: `the command ended with ${ended.cause}${why}` };
  }

  stop(containerId: string): void {
    for (const run of this.#running.get(containerId) ?? []) run.abort();
    this.#running.delete(containerId);
  }

  close(): void {
    for (const containerId of [...this.#running.keys()]) this.stop(containerId);
  }
}

function commandLine({ command }: CommandProbe): Pick<InsideCommand, 'file' | 'args'> {
  const value = command.value ?? '';
  if (command.shell !== false) return { file: '/bin/sh', args: ['-c', value] };
  return { file: value, args: (command.arguments ?? []).slice(1) };
}
