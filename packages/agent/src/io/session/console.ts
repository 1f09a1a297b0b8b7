/** The agent's end of the terminal that a supervisor has (terminal.pl). */
import { once } from 'node:events';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { systemErrorCode } from '@stoke/kit';
import { sendInput, sendSize } from './frames.ts';
import type { Console, ConsoleListener } from './session.ts';

const none: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED']);

/** Undefined when the command has no terminal, or ended. */
export async function openConsole(
  runtimeDir: string,
  listener: ConsoleListener,
): Promise<Console | undefined> {
  let directory: FileHandle | undefined;
  try {
    directory = await open(runtimeDir, constants.O_RDONLY | constants.O_DIRECTORY);
    // By way of the open directory: whole paths may be longer than those of sockets can be.
    const socket = connect(`/proc/self/fd/${directory.fd}/console`);
    await once(socket, 'connect');
    return consoleOn(socket, listener);
  } catch (error) {
    if (none.has(systemErrorCode(error))) return undefined;
    throw error;
  } finally {
    await directory?.close();
  }
}

function consoleOn(socket: Socket, { onOutput, onClose }: ConsoleListener): Console {
  socket.on('data', (data: Buffer) => onOutput('STDOUT', data));
  socket.on('error', () => socket.destroy());
  socket.once('close', onClose);
  return {
    write: (data) => sendInput(socket, data),
    resize: (window) => sendSize(socket, window),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    // What was typed last still arrives.
    end: () => socket.destroySoon(),
  };
}
