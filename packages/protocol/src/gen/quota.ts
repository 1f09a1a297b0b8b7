/** Wire types: package mesos.v1.quota. Written by scripts/generate.ts; change proto/ instead. */
import type { MessageType } from '../descriptor.ts';
import { defineMessage } from '../descriptor.ts';
import { Resource, Value_Scalar } from './mesos-values-and-resources.ts';

/** The older form of quota: a guarantee that is also the limit. */
export interface QuotaInfo {
  role?: string;
  principal?: string;
  guarantee?: Resource[];
}
/** Descriptor of mesos.v1.quota.QuotaInfo. */
export const QuotaInfo: MessageType<QuotaInfo> = defineMessage('mesos.v1.quota.QuotaInfo', () => [
  [1, 'role', 'optional', 'string'],
  [2, 'principal', 'optional', 'string'],
  [3, 'guarantee', 'repeated', Resource],
]);

/** A request for the older form of quota. */
export interface QuotaRequest {
  force?: boolean;
  role?: string;
  guarantee?: Resource[];
}
/** Descriptor of mesos.v1.quota.QuotaRequest. */
export const QuotaRequest: MessageType<QuotaRequest> = defineMessage('mesos.v1.quota.QuotaRequest', () => [
  [1, 'force', 'optional', 'bool'],
  [2, 'role', 'optional', 'string'],
  [3, 'guarantee', 'repeated', Resource],
]);

/** What a role is promised, and what it may not exceed. */
export interface QuotaConfig {
  role: string;
  guarantees?: Record<string, Value_Scalar>;
  limits?: Record<string, Value_Scalar>;
}
/** Descriptor of mesos.v1.quota.QuotaConfig. */
export const QuotaConfig: MessageType<QuotaConfig> = defineMessage('mesos.v1.quota.QuotaConfig', () => [
  [1, 'role', 'required', 'string'],
  [2, 'guarantees', 'map', Value_Scalar],
  [3, 'limits', 'map', Value_Scalar],
]);

/** Every quota there is, in both forms. */
export interface QuotaStatus {
  infos?: QuotaInfo[];
  configs?: QuotaConfig[];
}
/** Descriptor of mesos.v1.quota.QuotaStatus. */
export const QuotaStatus: MessageType<QuotaStatus> = defineMessage('mesos.v1.quota.QuotaStatus', () => [
  [1, 'infos', 'repeated', QuotaInfo],
  [2, 'configs', 'repeated', QuotaConfig],
]);
