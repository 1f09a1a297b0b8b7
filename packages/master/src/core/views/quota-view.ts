/** Quota and weights as the operator API and the legacy endpoints show them. */
import type { QuotaStatus, WeightInfo } from '@stoke/protocol';
import { guaranteesOf } from '../quota-validation.ts';
import type { MasterState } from '../state.ts';
import { scalarResources } from './role-view.ts';

/** Mesos operator API, GET_QUOTA: every quota in both forms. */
export function quotaView(state: MasterState): QuotaStatus {
  const configs = [...state.quotas.values()];
  return {
    infos: configs.map((config) => ({
      role: config.role,
      guarantee: scalarResources(guaranteesOf(config)),
    })),
    configs,
  };
}

/** Mesos operator API, GET_WEIGHTS. */
export function weightsView(state: MasterState): WeightInfo[] {
  return [...state.weights].map(([role, weight]) => ({ role, weight }));
}
