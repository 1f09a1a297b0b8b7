/** The version of the Mesos interfaces this agent offers, and what it can do by its own account. */
import type { AgentInfo_Capability_Type } from '@stoke/protocol';

/** Dotted numbers only: clients convert each part to an integer. */
export const mesosVersion = '1.11.0';

export const agentCapabilities: readonly AgentInfo_Capability_Type[] = [
  'MULTI_ROLE',
  'HIERARCHICAL_ROLE',
  'RESERVATION_REFINEMENT',
  'RESOURCE_PROVIDER',
  'RESIZE_VOLUME',
  'AGENT_OPERATION_FEEDBACK',
  'AGENT_DRAINING',
  'TASK_RESOURCE_LIMITS',
];
