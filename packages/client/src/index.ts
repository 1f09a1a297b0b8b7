/** Typed clients of the master's and agents' HTTP APIs; safe in browsers. */
export * from './agent-state.ts';
export {
  type CallOptions,
  type Connection,
  type ConnectionOptions,
  createConnection,
  type Query,
} from './connection.ts';
export { CLIENT_ERRORS, type ClientErrorCode } from './errors.ts';
export * from './files.ts';
export * from './master-state.ts';
export * from './metrics.ts';
export { callAgent, callMaster } from './operator.ts';
export type { ResourceSummary } from './resource-summary.ts';
export {
  createFetchTransport,
  type Transport,
  type TransportAnswer,
  type TransportRequest,
} from './transport.ts';
export * from './version.ts';
export * from './why.ts';
