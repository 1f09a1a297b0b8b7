/** The registry on disk: one entry per agent, as JSON in the store of `--work_dir`. */
import type { Store, StoreChange } from '@stoke/kit';
import {
  AgentInfo,
  DrainConfig,
  fromJsonValue,
  MachineID,
  MaintenanceSchedule,
  QuotaConfig,
  toJsonValue,
} from '@stoke/protocol';
import { z } from 'zod';
import type { RegistryWrite } from '../core/effects.ts';
import { SCHEDULE_KEY } from '../core/machines.ts';
import type { RegistryContent } from '../core/registry.ts';
import type { DrainRecord } from '../core/state.ts';
import { masterError } from '../errors.ts';

const timeSchema = z.object({ timeNs: z.number() });
const drainSchema = z.object({
  state: z.enum(['DRAINING', 'DRAINED']),
  startedMs: z.number(),
  config: z.unknown(),
});
const weightSchema = z.object({ weight: z.number().positive() });

function parse<T>(entry: { key: string; value: Uint8Array }, read: (json: unknown) => T): T {
  try {
    return read(JSON.parse(new TextDecoder().decode(entry.value)));
  } catch (cause) {
    throw masterError('REGISTRY_UNUSABLE', {
      message: `Cannot read registry entry '${entry.key}': it is damaged; restore registry.db from a copy, or remove it to start with an empty registry`,
      cause,
    });
  }
}

function idOf(key: string): string {
  return key.slice(key.indexOf('/') + 1);
}

function readTimes(store: Store, prefix: string): { id: string; timeNs: number }[] {
  return store.list(prefix).map((entry) => ({
    id: idOf(entry.key),
    ...parse(entry, (json) => timeSchema.parse(json)),
  }));
}

function readDrain(json: unknown): DrainRecord {
  const drain = drainSchema.parse(json);
  return { ...drain, config: fromJsonValue(DrainConfig, drain.config) };
}

/** Everything the registry remembers. */
export function readRegistry(store: Store): RegistryContent {
  return {
    agents: store.list('agent/').map((entry) => ({
      id: idOf(entry.key),
      info: parse(entry, (json) => fromJsonValue(AgentInfo, json)),
    })),
    unreachable: readTimes(store, 'unreachable/'),
    gone: readTimes(store, 'gone/'),
    deactivated: store.list('deactivated/').map((entry) => idOf(entry.key)),
    draining: store.list('drain/').map((entry) => ({
      id: idOf(entry.key),
      ...parse(entry, readDrain),
    })),
    weights: store.list('weight/').map((entry) => ({
      role: idOf(entry.key),
      ...parse(entry, (json) => weightSchema.parse(json)),
    })),
    schedule:
      store
        .list(SCHEDULE_KEY)
        .map((entry) => parse(entry, (json) => fromJsonValue(MaintenanceSchedule, json)))
        .at(0) ?? {},
    downMachines: store
      .list('machine-down/')
      .map((entry) => parse(entry, (json) => fromJsonValue(MachineID, json))),
    quotas: store
      .list('quota/')
      .map((entry) => parse(entry, (json) => fromJsonValue(QuotaConfig, json))),
  };
}

function jsonOf({ key, value }: RegistryWrite): unknown {
  if (key.startsWith('agent/')) return toJsonValue(AgentInfo, value as AgentInfo);
  if (key.startsWith('quota/')) return toJsonValue(QuotaConfig, value as QuotaConfig);
  if (key === SCHEDULE_KEY) return toJsonValue(MaintenanceSchedule, value as MaintenanceSchedule);
  return value;
}

function encode(write: RegistryWrite): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(jsonOf(write)));
}

/** Writes of the core as changes of the store. */
export function registryChanges(writes: readonly RegistryWrite[]): StoreChange[] {
  return writes.map((write) =>
    write.value === undefined
      ? { type: 'delete', key: write.key }
      : { type: 'put', key: write.key, value: encode(write) },
  );
}
