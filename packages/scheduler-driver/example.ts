/** A framework in one page: launches one task, prints its states, and leaves. The README shows this file. */
import { createSchedulerDriver } from '@stoke/scheduler-driver';

const cpus = { name: 'cpus', type: 'SCALAR' as const, scalar: { value: 0.1 } };
const mem = { name: 'mem', type: 'SCALAR' as const, scalar: { value: 32 } };
const command = { value: 'echo hello' };
let launched = false;

const driver = createSchedulerDriver({
  masters: [process.argv[2] ?? '127.0.0.1:5050'],
  framework: { user: 'root', name: 'hello' },
  handlers: {
    offers: async ([offer, ...others]) => {
      for (const { id } of others) await driver.decline([id.value], { refuseSeconds: 60 });
      if (offer === undefined || launched) return;
      launched = true;
      const [name, task_id] = ['hello', { value: 'hello-1' }];
      const task = { name, task_id, agent_id: offer.agent_id, command, resources: [cpus, mem] };
      await driver.launch([offer.id.value], [task]);
    },
    update: async ({ task_id, state }) => {
      console.log(task_id.value, state);
      if (state === 'TASK_FINISHED') await driver.teardown();
    },
  },
});
await driver.run(); // until teardown or close
