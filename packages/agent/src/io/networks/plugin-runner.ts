/**
 * Runs CNI plugins, one at a time for each container. A plugin ends with the agent that called it, and the next agent
 * waits for what it may have left running before it undoes the work: plugins hold a lock as long as they live.
 */
import { describeEnd, runCommand } from '@stoke/kit';
import { agentError } from '../../errors.ts';
import { findPlugin } from './network-directory.ts';
import {
  type Attachment,
  callOrder,
  formerResult,
  type PluginVerb,
  pluginEnvironment,
  pluginInput,
} from './plugin-input.ts';
import { failureReason, jsonOrUndefined } from './plugin-result.ts';

const maxOutputBytes = 1024 * 1024;
const isLocked = 75;

export interface PluginRun {
  readonly containerId: string;
  readonly namespace: string | undefined;
  /** A file of the container that plugins lock. */
  readonly lock: string;
  /** Directories of plugins. */
  readonly directories: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export class PluginRunner {
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /** Calls the plugins of a network in their order; resolves with the last answer. */
  async add(attachment: Attachment, run: PluginRun): Promise<unknown> {
    let previous: unknown;
    for (const plugin of callOrder(attachment, 'ADD')) {
      const input = pluginInput(attachment, plugin, previous);
      const printed = await this.#call('ADD', { attachment, type: plugin.type, input, run });
      previous = jsonOrUndefined(printed);
    }
    return previous;
  }

  /** For DEL all plugins are called, whatever the others say; throws the first error afterwards. */
  async undo(attachment: Attachment, run: PluginRun): Promise<void> {
    const errors: unknown[] = [];
    for (const plugin of callOrder(attachment, 'DEL')) {
      const input = pluginInput(attachment, plugin, formerResult(attachment));
      try {
        await this.#call('DEL', { attachment, type: plugin.type, input, run });
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Throws when a plugin finds that the container is not connected as it should be. */
  async check(attachment: Attachment, run: PluginRun): Promise<void> {
    for (const plugin of callOrder(attachment, 'CHECK')) {
      const input = pluginInput(attachment, plugin, formerResult(attachment));
      await this.#call('CHECK', { attachment, type: plugin.type, input, run });
    }
  }

  async #call(
    verb: PluginVerb,
    call: {
      readonly attachment: Attachment;
      readonly type: string;
      readonly input: unknown;
      readonly run: PluginRun;
    },
  ): Promise<string> {
    const { attachment, type, input, run } = call;
    const fail = (reason: string): Error =>
      agentError('NETWORK_FAILED', {
        message: `Cannot ${verbs[verb]} network '${attachment.network.name}': plugin ${type}: ${reason}`,
      });
    const file = findPlugin(type, run.directories);
    if (file === undefined) throw fail(`it is not in ${run.directories.join(':')}`);
    // Half of the time for those before it, so that it can be said that they are in the way.
    const seconds = String(this.#timeoutMs / 2000);
    const wait = ['--no-fork', '--wait', seconds, '--conflict-exit-code', String(isLocked)];
    const ended = await runCommand({
      file: 'flock',
      args: [...wait, run.lock, 'setpriv', '--pdeathsig', 'KILL', file],
      env: pluginEnvironment(verb, attachment, { ...run, path: process.env.PATH ?? '' }),
      cwd: '/',
      input: JSON.stringify(input),
      timeoutMs: this.#timeoutMs,
      maxOutputBytes,
      ...(run.signal === undefined ? {} : { signal: run.signal }),
    });
    if (ended.cause === 'exit' && ended.exitCode === 0) return ended.stdout;
    if (ended.exitCode === isLocked) throw fail('one that was called before still runs');
    const said = ended.cause === 'exit' ? failureReason(ended.stdout, ended.stderr) : '';
    throw fail(said || describeEnd(ended));
  }
}

const verbs = { ADD: 'join', CHECK: 'check', DEL: 'leave' } as const;
