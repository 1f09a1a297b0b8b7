/**
 * Containers that operators ask for: nested in those of tasks, or standing alone. They are no tasks and hold nothing
 * of any offer. A session lives as long as its connection; all others outlive the agent, as tasks do.
 */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, errorMessage, type Logger } from '@stoke/kit';
import type { CommandInfo, ContainerID, ContainerInfo, Resource } from '@stoke/protocol';
import { unresolvedSecrets } from '../../core/environment.ts';
import type { RecoveredContainer } from '../../core/events.ts';
import { formatContainerId, type Place, placeAt } from '../../core/nesting.ts';
import type { AgentState } from '../../core/state.ts';
import type { ContainerUsage, InsideCommand, InsideSession } from '../containerizer.ts';
import type { LogRotation } from '../launcher-process.ts';
import { PosixContainerizer } from '../posix-containerizer.ts';
import { findOwner, type SandboxRules } from '../sandbox.ts';
import { withTrueStatus } from '../session/failed-start.ts';
import type { Session, SessionListener, WindowSize } from '../session/session.ts';
import { SessionOutput } from '../session/session-output.ts';
import { SessionProcess } from '../session/session-process.ts';
import { commandLine, containerProblem, environmentOf, signalName } from './container-command.ts';
import { ContainerRecords } from './container-records.ts';
import { ContainerTable, type OperatorContainer, type SessionParts } from './container-table.ts';
import { makeNestedSandbox, nestedSandbox, pinned, removeNestedSandbox } from './nested-sandbox.ts';

const sigkill = 9;

export interface OperatorContainersOptions {
  readonly state: AgentState;
  readonly workDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rules: SandboxRules;
  readonly hasPerl: boolean;
  readonly rotation: LogRotation | undefined;
  /** Whether plain processes are a way to run containers here. */
  readonly plainAllowed: boolean;
  /** The command as it runs inside a container of an executor; undefined when that cannot be entered. */
  readonly enter: (containerId: string, command: InsideCommand) => InsideCommand | undefined;
  /** A session that the container's own program runs; undefined when it is ours to run. */
  readonly openSession: (session: InsideSession) => Session | undefined;
}

/** What is wanted. */
export interface ContainerRequest {
  readonly id: ContainerID;
  readonly command: CommandInfo | undefined;
  readonly container: ContainerInfo | undefined;
  readonly resources: readonly Resource[];
}

/** Why not, with the status of the answer. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
}

/** What became of a launch. */
export type Launched =
  | { readonly outcome: 'started'; readonly container: OperatorContainer }
  | { readonly outcome: 'exists' }
  | ({ readonly outcome: 'refused' } & Refusal);

/** All that is settled before a container starts. */
interface Plan {
  readonly place: Place | undefined;
  readonly command: CommandInfo;
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
}

interface Located {
  readonly place: Place;
  readonly window: WindowSize | undefined;
}

function refused(status: number, text: string): Launched {
  return { outcome: 'refused', status, text };
}

export class OperatorContainers {
  readonly #options: OperatorContainersOptions;
  readonly #table = new ContainerTable();
  readonly #records: ContainerRecords;
  readonly #processes: PosixContainerizer;
  readonly #trash: string;

  constructor(options: OperatorContainersOptions) {
    this.#options = options;
    const meta = join(options.workDir, 'meta', 'operator');
    this.#trash = join(meta, 'trash');
    mkdirSync(this.#trash, { recursive: true, mode: 0o700 });
    this.#records = new ContainerRecords(join(meta, 'records'));
    this.#processes = new PosixContainerizer({
      runtimeDir: join(meta, 'runs'),
      clock: options.clock,
      hasPerl: options.hasPerl,
      rotation: options.rotation,
      onExit: (name, status) => this.#exited(this.#table.byRunName(name), status),
    });
  }

  find(id: ContainerID): OperatorContainer | undefined {
    return this.#table.find(id);
  }

  all(): readonly OperatorContainer[] {
    return this.#table.all();
  }

  /** Resolves with the wait status, or with nothing when the signal comes first. */
  wait(container: OperatorContainer, signal: AbortSignal): Promise<number | undefined> {
    return this.#table.wait(container, signal);
  }

  /** Starts a container with files for its output. */
  async launch(request: ContainerRequest): Promise<Launched> {
    return this.#start(request, undefined);
  }

  /** Starts a command in the sandbox, the environment and the namespaces of a container. */
  async launchSession(request: ContainerRequest): Promise<Launched> {
    return this.#start(request, new SessionOutput());
  }

  async #start(request: ContainerRequest, output: SessionOutput | undefined): Promise<Launched> {
    const existing = this.#table.find(request.id);
    if (existing !== undefined && existing.ended === undefined) return { outcome: 'exists' };
    const problem = this.#problem(request, output !== undefined);
    if (problem !== undefined) return { outcome: 'refused', ...problem };
    const { state, workDir } = this.#options;
    const { parent } = request.id;
    const place = parent === undefined ? undefined : placeAt(state, parent);
    const container: OperatorContainer = {
      id: request.id,
      runName: randomUUID(),
      rootId: place?.rootId,
      outer: place?.directory ?? workDir,
      resources: request.resources,
      session: output === undefined ? undefined : { output, process: undefined, hasInput: false },
      pid: undefined,
      orphaned: false,
      ended: undefined,
    };
    const forgotten = this.#table.add(container);
    if (forgotten === undefined) return refused(503, 'Too many containers run already');
    try {
      for (const former of forgotten) await this.#forget(former);
      await this.#run(container, { request, place });
      return { outcome: 'started', container };
    } catch (error) {
      this.#table.remove(container);
      this.#table.end(container, undefined);
      await this.#forget(container);
      return refused(500, errorMessage(error));
    }
  }

  #problem({ id, command, container }: ContainerRequest, isSession: boolean): Refusal | undefined {
    const { state, hasPerl, plainAllowed } = this.#options;
    const bad = (text: string): Refusal => ({ status: 400, text });
    if (id.parent !== undefined && placeAt(state, id.parent) === undefined) {
      return bad(`Parent container ${formatContainerId(id.parent)} does not exist`);
    }
    if (id.parent === undefined && !plainAllowed) {
      return bad(
        'Containers that stand alone need the containerizer mesos, which this agent lacks',
      );
    }
    if (command === undefined) return bad('A container without an image needs a command');
    if ((command.uris ?? []).length > 0) return bad('Files are fetched for tasks only');
    const secrets = unresolvedSecrets(command);
    if (secrets.length > 0) return bad(`Cannot resolve secret variables ${secrets.join(', ')}`);
    if (isSession && !hasPerl) return { status: 500, text: 'Sessions need perl on the agent' };
    const problem = containerProblem(container, isSession);
    return problem === undefined ? undefined : bad(problem);
  }

  async #run(
    container: OperatorContainer,
    { request, place }: { readonly request: ContainerRequest; readonly place: Place | undefined },
  ): Promise<void> {
    const command = request.command ?? {};
    const window = request.container?.tty_info?.window_size;
    if (place !== undefined && (await this.#runForeign(container, { place, command, window }))) {
      return;
    }
    const user = command.user ?? place?.user;
    const owner = await findOwner(user, this.#options.rules);
    if (owner === 'unknown') throw new Error(`No such user '${user}'`);
    const plan = { place, command, owner };
    if (container.session === undefined) await this.#runPlain(container, plan);
    else await this.#runSession(container, plan, window);
  }

  /** True when the program that runs the container has taken the session, with users of its own. */
  async #runForeign(
    container: OperatorContainer,
    { place, command, window }: Pick<Plan, 'command'> & Located,
  ): Promise<boolean> {
    const { session } = container;
    if (session === undefined) return false;
    const { directory, containerId } = place;
    const environment = environmentOf({ place, command, directory, terminal: false });
    session.process = this.#options.openSession({
      containerId,
      command: { ...commandLine(command), directory, environment, owner: undefined, window },
      user: command.user,
      listener: this.#listener(container, session),
    });
    if (session.process === undefined) return false;
    session.output.control(session.process);
    container.pid = (await session.process.started) || undefined;
    return true;
  }

  #listener(container: OperatorContainer, { output }: SessionParts): SessionListener {
    return withTrueStatus({
      onOutput: (stream, data) => output.take(stream, data),
      onExit: (status) => this.#exited(container, status),
      onClose: () => output.end(),
    });
  }

  async #runPlain(container: OperatorContainer, plan: Plan): Promise<void> {
    const { id, runName, outer, resources } = container;
    await this.#records.write(container);
    const directory = nestedSandbox(outer, id.value);
    const handle = await makeNestedSandbox(outer, id.value, plan.owner);
    try {
      const inside = this.#inside(plan, { directory, terminal: false });
      const isEntered = inside.directory !== directory;
      container.pid = await this.#processes.launch({
        spec: {
          kind: 'command',
          containerId: runName,
          frameworkId: '',
          executorId: '',
          // A link in place of the directory would lead the supervisor elsewhere.
          directory: pinned(handle),
          user: undefined,
          command: { shell: false, value: inside.file, arguments: [inside.file, ...inside.args] },
          environment: inside.environment,
          container: undefined,
          resources,
          volumes: [],
        },
        owner: isEntered ? undefined : plan.owner,
      });
    } finally {
      await handle.close();
    }
  }

  async #runSession(
    container: OperatorContainer,
    plan: Plan,
    window: WindowSize | undefined,
  ): Promise<void> {
    const { session } = container;
    if (session === undefined) return;
    const terminal = window !== undefined;
    const inside = this.#inside(plan, { directory: container.outer, terminal });
    const listener = this.#listener(container, session);
    session.process = new SessionProcess({ ...inside, window }, listener);
    session.output.control(session.process);
    container.pid = await session.process.started;
  }

  /** The command as it runs where the container lies. */
  #inside(
    { place, command, owner }: Plan,
    how: { readonly directory: string; readonly terminal: boolean },
  ): InsideCommand {
    const { directory, terminal } = how;
    const environment = environmentOf({ place, command, directory, terminal });
    const words = commandLine(command);
    const plain = { ...words, directory, environment, owner, terminal };
    if (place === undefined) return plain;
    const entered = this.#options.enter(place.containerId, plain);
    if (entered !== undefined) return entered;
    throw new Error(`Container ${place.containerId} cannot be entered`);
  }

  #exited(container: OperatorContainer | undefined, status: number | undefined): void {
    if (container === undefined) return;
    this.#table.end(container, status);
    if (container.orphaned) this.#forgetLater(container);
  }

  #forgetLater(container: OperatorContainer): void {
    this.#forget(container).catch((error: unknown) => {
      const { id } = container;
      const fields = { containerId: formatContainerId(id), reason: errorMessage(error) };
      this.#options.log.warn(fields, 'container not removed');
    });
  }

  /** False when it does not run. */
  kill(container: OperatorContainer, signal: number = sigkill): boolean {
    if (container.ended !== undefined) return false;
    const { session, runName } = container;
    if (session === undefined) this.#processes.signal(runName, signalName(signal));
    else if (signal === sigkill) session.process?.end();
    else session.process?.signal(signal);
    return true;
  }

  /** Removes an ended container, its sandbox and what is known of its end. */
  async remove(container: OperatorContainer): Promise<void> {
    this.#table.remove(container);
    await this.#forget(container);
    if (container.session !== undefined) return;
    await removeNestedSandbox(container.outer, container.id.value, this.#trash);
  }

  async #forget(container: OperatorContainer): Promise<void> {
    if (container.session !== undefined) return;
    await this.#processes.remove(container.runName);
    await this.#records.remove(container);
  }

  /** Nothing outlives the executor it is nested in; its sandbox goes with that of the executor. */
  rootEnded(rootId: string): void {
    for (const container of this.#table.all()) {
      if (container.rootId !== rootId || container.orphaned) continue;
      container.orphaned = true;
      if (!this.kill(container)) this.#forgetLater(container);
    }
  }

  killAll(): void {
    for (const container of this.#table.all()) this.kill(container);
  }

  /** Takes up what a former run of the agent started; the executors have been taken up before. */
  async recover(rebooted: boolean): Promise<void> {
    const former = this.#records.read();
    await this.#processes.removeUnknown(new Set(former.map(({ runName }) => runName)));
    for (const container of former) await this.#recoverOne(container, rebooted);
  }

  async #recoverOne(container: OperatorContainer, rebooted: boolean): Promise<void> {
    this.#table.add(container);
    const found: RecoveredContainer = rebooted
      ? { found: 'nothing', rebooted }
      : await this.#processes.recover(container.runName);
    if (found.found === 'running') container.pid = found.pid;
    else this.#table.end(container, found.found === 'ended' ? found.status : undefined);
    const { rootId } = container;
    if (rootId !== undefined && !this.#options.state.containers.has(rootId)) this.rootEnded(rootId);
  }

  /** What running ones use, by their names among processes; sessions count with what they are nested in. */
  usage(): ReadonlyMap<string, ContainerUsage> {
    return this.#processes.usage(this.#table.all().map(({ runName }) => runName));
  }

  /** Sessions end; the others go on. */
  close(): void {
    for (const { session } of this.#table.all()) session?.process?.end();
    this.#processes.close();
  }
}
