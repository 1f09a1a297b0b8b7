/** Keyboard and screen of a Docker container that has a terminal (Engine API, "Attach to a container"). */
import type { Console, ConsoleListener, WindowSize } from '../session/session.ts';
import { dockerName } from './container-request.ts';
import type { DockerEngine } from './engine-client.ts';
import { EngineContainers } from './engine-containers.ts';
import { EngineStreams, nobodysKeys } from './engine-streams.ts';
import { oneAtATime } from './one-at-a-time.ts';

export async function openEngineConsole(
  engine: DockerEngine,
  containerId: string,
  { onOutput, onClose }: ConsoleListener,
): Promise<Console> {
  const containers = new EngineContainers(engine);
  const path = `/containers/${dockerName(containerId)}/attach`;
  const query = { stream: '1', stdin: '1', stdout: '1', stderr: '1', detachKeys: nobodysKeys };
  const socket = await engine.hijack({ path, query, body: undefined });
  const streams = new EngineStreams({ socket, tty: true, onOutput, onClose });
  return {
    write: (data) => streams.write(data),
    resize: oneAtATime((window: WindowSize) => containers.resizeTerminal(containerId, window)),
    pause: () => streams.pause(),
    resume: () => streams.resume(),
    end: () => streams.close(),
  };
}
