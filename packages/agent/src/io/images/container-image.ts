/** An unpacked image as a containerizer uses it, and which command runs in it. */
import type { CommandInfo } from '@stoke/protocol';
import { agentError } from '../../errors.ts';

export interface ImageSettings {
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  /** Absolute; undefined: the sandbox. */
  readonly workingDirectory: string | undefined;
}

export interface ContainerImage {
  /** Directories to lay over one another, the topmost first. */
  readonly layers: readonly string[];
  readonly settings: ImageSettings;
}

/**
 * The words to run ("Mesos containerizer, Docker runtime isolator"): a shell command and a program that is named go
 * before what the image says; arguments without a program come after the image's entrypoint, or after the first
 * word of its command.
 * @throws AppError `LAUNCH_FAILED` when nobody says what to run
 */
export function imageCommand(
  command: CommandInfo,
  image: ContainerImage | undefined,
): readonly string[] {
  const { value, arguments: args = [] } = command;
  if (command.shell !== false) return ['/bin/sh', '-c', value ?? ''];
  if (image === undefined || (value !== undefined && value !== '')) {
    return [value ?? '', ...args.slice(1)];
  }
  const { entrypoint, command: preset } = image.settings;
  const [first] = preset;
  if (entrypoint.length > 0) return [...entrypoint, ...(args.length > 0 ? args : preset)];
  if (first !== undefined) return args.length > 0 ? [first, ...args] : preset;
  throw agentError('LAUNCH_FAILED', {
    message: 'Cannot run the image: neither the command nor the image names a program',
  });
}
