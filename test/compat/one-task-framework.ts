/** A framework with one long task on one agent that wants nothing more. */
import { createSchedulerDriver, type SchedulerDriver } from '@stoke/scheduler-driver';
import { waitFor } from '@stoke/testing';

/** Seconds for which offers stay away. */
const longTime = 100_000;

/** A framework whose task runs. */
export interface OneTaskFramework {
  readonly driver: SchedulerDriver;
  readonly ended: Promise<void>;
  readonly containerId: string;
}

function scalar(name: string, value: number) {
  return { name, type: 'SCALAR' as const, scalar: { value } };
}

/** Launches the task in the first of the roles, on the agent at the port; all else is declined. */
export async function startOneTaskFramework(options: {
  readonly masterUrl: string;
  readonly agentPort: number;
  readonly name: string;
  readonly roles: readonly string[];
  readonly cpus: number;
  readonly mem: number;
  /** Default `task`. */
  readonly taskId?: string;
  /** Default: a long sleep. */
  readonly command?: string;
}): Promise<OneTaskFramework> {
  const { masterUrl, agentPort, name, roles, cpus, mem } = options;
  const { taskId = 'task', command: script = 'sleep 1000' } = options;
  let state = 'none';
  let containerId = '';
  const driver = createSchedulerDriver({
    masters: [new URL(masterUrl).host],
    framework: {
      user: 'root',
      name,
      roles: [...roles],
      capabilities: [{ type: 'MULTI_ROLE' }, { type: 'RESERVATION_REFINEMENT' }],
    },
    format: 'json',
    handlers: {
      offers: async (offers) => {
        for (const { id, agent_id, url, allocation_info } of offers) {
          const wanted = url?.address.port === agentPort && allocation_info?.role === roles[0];
          if (state !== 'none' || !wanted) {
            await driver.decline([id.value], { refuseSeconds: longTime });
            continue;
          }
          state = 'launched';
          const resources = [scalar('cpus', cpus), scalar('mem', mem)];
          const command = { value: script };
          const task = { name: taskId, task_id: { value: taskId }, agent_id, command, resources };
          await driver.launch([id.value], [task], { refuseSeconds: longTime });
          await driver.suppress();
        }
      },
      update: (status) => {
        state = status.state;
        containerId = status.container_status?.container_id?.value ?? containerId;
      },
    },
  });
  const ended = driver.run();
  await waitFor(() => state === 'TASK_RUNNING', { what: 'the task', intervalMs: 20 });
  return { driver, ended, containerId };
}
