/** Simulated agents and frameworks over the real wire: for sizing clusters and for benchmarks. */
export { type Behaviour, behaviourSchema, parseBehaviour, readBehaviour } from './behaviour.ts';
export { SIMULATOR_ERRORS, type SimulatorErrorCode } from './errors.ts';
export { Latencies, type LatencySummary } from './latencies.ts';
export {
  type Simulation,
  type SimulationOptions,
  type SimulationProgress,
  startSimulation,
} from './simulation.ts';
export type { SimulationSummary } from './simulation-record.ts';
