/** Quota and weights as the operator API and the legacy endpoints show them. */
import type { QuotaStatus, WeightInfo } from '@stoke/protocol';
import { guaranteesOf } from '../quota-validation.ts';
import type { MasterState } from '../state.ts';
import type { Viewer } from '../viewer.ts';
import { scalarResources } from './role-view.ts';

/** Mesos operator API, GET_QUOTA: every quota in both forms. */
export function quotaView(state: MasterState, viewer: Viewer): QuotaStatus {
  const configs = [...state.quotas.values()].filter(({ role }) => viewer.quota(role));
  return {
    infos: configs.map((config) => ({
      role: config.role,
      guarantee: scalarResources(guaranteesOf(config)),
    })),
    configs,
  };
}

/** Mesos operator API, GET_WEIGHTS. */
export function weightsView(state: MasterState, viewer: Viewer): WeightInfo[] {
  const seen = [...state.weights].filter(([role]) => viewer.role(role));
  return seen.map(([role, weight]) => ({ role, weight }));
}
