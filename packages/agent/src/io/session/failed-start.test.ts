import { expect, test } from 'vitest';
import { withTrueStatus } from './failed-start.ts';

/** What is told of a command that writes this after its status is known. */
function toldOf(output: string, code: number): readonly unknown[] {
  const told: unknown[] = [];
  const listener = withTrueStatus({
    onOutput: (stream) => told.push(stream),
    onExit: (status) => told.push(status === undefined ? status : status >> 8),
    onClose: () => told.push('end'),
  });
  listener.onExit(code << 8);
  listener.onOutput('STDERR', new TextEncoder().encode(output));
  listener.onClose();
  return told;
}

const runc =
  'exec failed: unable to start container process: exec: "/no": stat /no: no such file or directory\n';
const engine =
  'OCI runtime exec failed: exec failed: unable to start container process: exec: "no": executable file not found in $PATH: unknown\r\n';

test('withTrueStatus tells a missing program from one that cannot run', () => {
  expect(toldOf(runc, 255)).toEqual(['STDERR', 127, 'end']);
  expect(toldOf(engine, 126)).toEqual(['STDERR', 127, 'end']);
  const denied = runc.replace('no such file or directory', 'permission denied');
  expect(toldOf(denied, 255)).toEqual(['STDERR', 126, 'end']);
});

test('withTrueStatus leaves the codes of commands that ran alone', () => {
  expect(toldOf('hello', 255)).toEqual(['STDERR', 255, 'end']);
  expect(toldOf(runc, 3)).toEqual([3, 'STDERR', 'end']);
  expect(toldOf(`${runc}and more\n`, 255)).toEqual(['STDERR', 255, 'end']);
});
