/** Write a framework: subscribe, take offers, launch tasks, hear of them. */
export { DRIVER_ERRORS, type DriverErrorCode } from './errors.ts';
export type { ExecutorName, RefuseFor, SchedulerCalls, TaskName } from './scheduler-calls.ts';
export {
  createSchedulerDriver,
  type SchedulerDriver,
  type SchedulerDriverOptions,
  type SchedulerHandlers,
} from './scheduler-driver.ts';
