/** Tokens by which the agent knows its executors: each is given one when it starts, and may act as itself only. */
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { signJwt } from '@stoke/kit';
import type { ContainerSpec } from '../core/effects.ts';

/** Name of the variable, as executor libraries of Mesos read it. */
const TOKEN_VARIABLE = 'MESOS_EXECUTOR_AUTHENTICATION_TOKEN';

const keyBytes = 32;

/** The key that the agent made at its first start: executors outlive its restarts, and their tokens with them. */
export function ownKey(path: string): Uint8Array {
  if (existsSync(path)) {
    const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex');
    if (key.length === keyBytes) return key;
  }
  const key = randomBytes(keyBytes);
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, `${key.toString('hex')}\n`);
  } finally {
    closeSync(file);
  }
  return key;
}

/** Who a token speaks for: framework, executor, container. */
export type ExecutorClaims = Readonly<Record<'fid' | 'eid' | 'cid', string>>;

/** The container with its token, if it is an executor of a framework: nothing else calls the agent. */
export function withToken(spec: ContainerSpec, key: Uint8Array | undefined): ContainerSpec {
  if (key === undefined || spec.kind !== 'custom') return spec;
  const claims: ExecutorClaims = {
    fid: spec.frameworkId,
    eid: spec.executorId,
    cid: spec.containerId,
  };
  const environment = { ...spec.environment, [TOKEN_VARIABLE]: signJwt(claims, key) };
  return { ...spec, environment };
}
