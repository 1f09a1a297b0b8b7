/** Offer operations: done, remembered on disk, and reported until the framework has acknowledged them. */
import type {
  LinkMasterMessage_AcknowledgeOperation,
  LinkMasterMessage_ApplyOperation,
  Operation,
  OperationState,
} from '@stoke/protocol';
import {
  applyExchange,
  checkpointedOf,
  containsResources,
  type Exchange,
  exchangeOf,
} from '@stoke/resources';
import { forgetOperation, storeOperation, storeResources } from './records.ts';
import { isOutdated } from './resource-version.ts';
import { cancelTimer, logEvent, logProblem, setTimer, type Turn, uuidKey } from './turn.ts';
import { totalResources, volumePaths, volumeProblem, volumesOf } from './volumes.ts';

const firstRetryMs = 10_000;
/** Destroyed volumes remembered in case that removing them was cut short. */
const maxDoomed = 1000;
const longestRetryMs = 10 * 60_000;

type Outcome = { readonly state: OperationState; readonly message?: string };

/** The master wants an operation done. It is on disk before anybody is told that it is. */
export function applyOperation(turn: Turn, message: LinkMasterMessage_ApplyOperation): void {
  const { operation } = message;
  const fields = { operation: operation.type, id: operation.id?.value };
  if (isOutdated(turn.state, message)) {
    const reason = 'Operation assumes outdated resource state';
    logProblem(turn, 'operation not applied', { ...fields, reason });
    report(turn, message, { state: 'OPERATION_DROPPED', message: reason });
    correctMaster(turn);
    return;
  }
  const problem = perform(turn, exchangeOf(operation));
  if (problem === undefined) {
    logEvent(turn, 'operation applied', fields);
    report(turn, message, { state: 'OPERATION_FINISHED' });
    return;
  }
  logProblem(turn, 'operation not applied', { ...fields, reason: problem });
  report(turn, message, { state: 'OPERATION_ERROR', message: problem });
  turn.state.resourceVersion = turn.chance.newUuid();
  correctMaster(turn);
}

/** The master counted on success: it has to hear what is really here. */
function correctMaster(turn: Turn): void {
  turn.effects.push({
    type: 'drop-link',
    reason: 'an operation of the master does not apply here',
  });
}

/** Changes the agent's resources; returns why not. */
function perform(turn: Turn, exchange: Exchange | undefined): string | undefined {
  if (exchange === undefined) return 'The operation is not supported by this agent';
  const { state } = turn;
  const problem = volumesOf(exchange.converted).items.map(volumeProblem).find(Boolean);
  if (problem !== undefined) return problem;
  const total = applyExchange(totalResources(state), exchange);
  if (total === undefined) return 'The agent does not have the resources that are to be converted';
  const { workDir } = state.settings;
  state.checkpointed = checkpointedOf(total);
  // Remembered beyond their removal: only a crash right after the write needs it.
  const alive = new Set(volumePaths(workDir, state.checkpointed));
  const doomed = volumePaths(workDir, exchange.consumed).filter((path) => !alive.has(path));
  state.doomedVolumes = [
    ...state.doomedVolumes.filter((path) => !alive.has(path) && !doomed.includes(path)),
    ...doomed,
  ].slice(-maxDoomed);
  storeResources(turn);
  if (doomed.length > 0) turn.effects.push({ type: 'drop-volumes', paths: doomed });
  const made = volumePaths(workDir, exchange.converted);
  if (made.length > 0) turn.effects.push({ type: 'make-volumes', paths: made });
  return undefined;
}

function report(
  turn: Turn,
  { operation, operation_uuid, framework_id }: LinkMasterMessage_ApplyOperation,
  outcome: Outcome,
): void {
  const { info } = turn.state;
  const { id } = operation;
  const status = {
    ...(id === undefined ? {} : { operation_id: id, uuid: { value: turn.chance.newUuid() } }),
    ...outcome,
    ...(info.id === undefined ? {} : { agent_id: info.id }),
  };
  const entry: Operation = {
    ...(framework_id === undefined ? {} : { framework_id }),
    info: operation,
    latest_status: status,
    uuid: operation_uuid,
  };
  if (id === undefined) {
    send(turn, entry);
    return;
  }
  const key = uuidKey(operation_uuid.value);
  turn.state.operations.set(key, { operation: entry, retryMs: firstRetryMs });
  storeOperation(turn, key, entry);
  sendAgain(turn, key);
}

function send(turn: Turn, { framework_id, latest_status, uuid }: Operation): void {
  if (turn.state.link !== 'registered') return;
  turn.effects.push({
    type: 'send-master',
    message: {
      type: 'OPERATION_STATUS',
      operation_status: {
        ...(framework_id === undefined ? {} : { framework_id }),
        status: latest_status,
        latest_status,
        operation_uuid: uuid,
      },
    },
  });
}

function sendAgain(turn: Turn, key: string): void {
  const pending = turn.state.operations.get(key);
  if (pending === undefined || turn.state.link !== 'registered') return;
  send(turn, pending.operation);
  setTimer(turn, { kind: 'operation-retry', operation: key }, pending.retryMs);
}

/** The retry timer rang: the master or the framework did not answer. */
export function retryOperation(turn: Turn, key: string): void {
  const pending = turn.state.operations.get(key);
  if (pending === undefined) return;
  pending.retryMs = Math.min(pending.retryMs * 2, longestRetryMs);
  sendAgain(turn, key);
}

/** A new link: whatever is unacknowledged goes out again at once. */
export function resendOperations(turn: Turn): void {
  for (const [key, pending] of turn.state.operations) {
    pending.retryMs = firstRetryMs;
    sendAgain(turn, key);
  }
}

/** The framework knows how the operation ended. */
export function acknowledgeOperation(
  turn: Turn,
  { operation_uuid, status_uuid }: LinkMasterMessage_AcknowledgeOperation,
): void {
  const key = uuidKey(operation_uuid.value);
  const uuid = turn.state.operations.get(key)?.operation.latest_status.uuid;
  if (uuid === undefined || uuidKey(uuid.value) !== uuidKey(status_uuid.value)) return;
  dropOperation(turn, key);
}

/** The framework is torn down: nobody will acknowledge anything. */
export function dropOperations(turn: Turn, frameworkId: string): void {
  for (const [key, { operation }] of turn.state.operations) {
    if (operation.framework_id?.value === frameworkId) dropOperation(turn, key);
  }
}

function dropOperation(turn: Turn, key: string): void {
  turn.state.operations.delete(key);
  cancelTimer(turn, { kind: 'operation-retry', operation: key });
  forgetOperation(turn, key);
}

/** A new run takes over: directories of volumes are there, those of destroyed ones are not. */
export function restoreOperations(
  turn: Turn,
  records: Pick<Turn['state'], 'checkpointed' | 'doomedVolumes'> & {
    readonly operations: readonly Operation[];
  },
): void {
  const { state } = turn;
  const { workDir } = state.settings;
  state.checkpointed = records.checkpointed;
  for (const operation of records.operations) {
    const key = uuidKey(operation.uuid.value);
    state.operations.set(key, { operation, retryMs: firstRetryMs });
  }
  if (!containsResources(totalResources(state), state.checkpointed)) {
    logProblem(turn, 'reserved resources are not among the configured ones any more', {});
  }
  const paths = volumePaths(workDir, state.checkpointed);
  const doomed = records.doomedVolumes.filter((path) => !paths.includes(path));
  if (doomed.length > 0) turn.effects.push({ type: 'drop-volumes', paths: doomed });
  if (paths.length > 0) turn.effects.push({ type: 'make-volumes', paths });
}
