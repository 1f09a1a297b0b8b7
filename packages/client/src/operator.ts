/** POST /api/v1: the operator calls of a master or agent, typed by their messages. */
import {
  AgentCall,
  AgentResponse,
  decodeJson,
  encodeJson,
  MasterCall,
  MasterResponse,
} from '@stoke/protocol';
import type { CallOptions, Connection } from './connection.ts';

const JSON_TYPE = 'application/json';

/** Asks or orders a master. Calls without an answer of their own give `{}`. */
export async function callMaster(
  connection: Connection,
  call: MasterCall,
  options?: CallOptions,
): Promise<MasterResponse> {
  const text = await callOperator(connection, encodeJson(MasterCall, call), options);
  return text === '' ? {} : decodeJson(MasterResponse, text);
}

/** Asks or orders an agent. Calls without an answer of their own give `{}`. */
export async function callAgent(
  connection: Connection,
  call: AgentCall,
  options?: CallOptions,
): Promise<AgentResponse> {
  const text = await callOperator(connection, encodeJson(AgentCall, call), options);
  return text === '' ? {} : decodeJson(AgentResponse, text);
}

async function callOperator(
  connection: Connection,
  content: string,
  options: CallOptions | undefined,
): Promise<string> {
  const body = { contentType: JSON_TYPE, content };
  const answer = await connection.post('/api/v1', body, { ...options, accept: JSON_TYPE });
  return new TextDecoder().decode(answer.body);
}
