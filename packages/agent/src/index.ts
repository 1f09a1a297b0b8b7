/** What other packages may know of the agent: its flags and its error codes, for the reference pages. */
export { agentFlags } from './config.ts';
export { AGENT_ERRORS, type AgentErrorCode } from './errors.ts';
