/** What operators write of a container's command, as it is run. */
import { constants } from 'node:os';
import type { CommandInfo, ContainerInfo } from '@stoke/protocol';
import { commandVariables, defaultPath } from '../../core/environment.ts';
import type { Place } from '../../core/nesting.ts';

const standaloneEnvironment = { PATH: defaultPath };

/** Why a container cannot be as it is described. */
export function containerProblem(
  container: ContainerInfo | undefined,
  isSession: boolean,
): string | undefined {
  if (container === undefined) return undefined;
  const { type, mesos, volumes = [], network_infos: networks = [], tty_info } = container;
  const hasNetwork = networks.some(({ name }) => name !== undefined);
  const asked =
    type !== 'MESOS' || mesos?.image !== undefined || volumes.length > 0 || hasNetwork
      ? 'Images, volumes, networks and containers of other types are for tasks only'
      : undefined;
  const hasTerminal = tty_info !== undefined && !isSession;
  return asked ?? (hasTerminal ? 'A terminal is for sessions only' : undefined);
}

/** What the command finds in its environment. */
export function environmentOf(how: {
  readonly place: Place | undefined;
  readonly command: CommandInfo;
  readonly directory: string;
  readonly terminal: boolean;
}): Record<string, string> {
  return {
    ...(how.place?.environment ?? standaloneEnvironment),
    MESOS_SANDBOX: how.directory,
    ...(how.terminal ? { TERM: 'xterm' } : {}),
    ...commandVariables(how.command),
  };
}

/** The program and its arguments, without argv[0]. */
export function commandLine(command: CommandInfo): {
  readonly file: string;
  readonly args: string[];
} {
  const value = command.value ?? '';
  if (command.shell !== false) return { file: '/bin/sh', args: ['-c', value] };
  return { file: value, args: (command.arguments ?? []).slice(1) };
}

/** SIGKILL for a number that is none. */
export function signalName(number: number): NodeJS.Signals {
  const names = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  return names.find(([, value]) => value === number)?.[0] ?? 'SIGKILL';
}
