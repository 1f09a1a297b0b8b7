/** Public names of the allocator package. */

export { createAllocator } from './allocator.ts';
export type {
  AddUsesRequest,
  AgentSpec,
  AgentUpdate,
  AgentView,
  AllocateRequest,
  AllocateResult,
  Allocation,
  Allocator,
  AllocatorOptions,
  AnswerInverseRequest,
  FrameworkSpec,
  InverseAllocation,
  Quota,
  RecoverRequest,
  RoleGauges,
  Sorter,
  UpdateAllocationRequest,
  WhyAgents,
  WhyReason,
  WhyReport,
  WhyRole,
} from './allocator-api.ts';
