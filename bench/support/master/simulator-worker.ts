/** Worker: simulated agents and frameworks. */
import { parseBehaviour, type Simulation, startSimulation } from '@stoke/simulator';
import { serve } from './worker.ts';

let simulation: Simulation | undefined;

interface StartRequest {
  readonly agents: number;
  readonly master: string;
  readonly behaviour: unknown;
  readonly prefix?: string;
}

function started(): Simulation {
  if (simulation === undefined) throw new Error('The simulation was not started');
  return simulation;
}

serve({
  start: ({ behaviour, ...options }: StartRequest) => {
    simulation = startSimulation({ ...options, behaviour: parseBehaviour(behaviour, 'bench') });
  },
  progress: () => started().progress(),
  summary: () => started().summary(),
  done: async () => {
    await started().done;
    return started().summary();
  },
  stop: async () => {
    await started().stop();
    return started().summary();
  },
});
