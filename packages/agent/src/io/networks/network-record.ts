/** What is kept on disk of a container's networks, so that nothing is left of them whatever ends the agent. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '@stoke/kit';
import { fromJsonValue, NetworkInfo, toJsonValue } from '@stoke/protocol';
import type { NetworkConfig } from './network-config.ts';
import type { Attachment } from './plugin-input.ts';

export interface NetworkRecord {
  readonly hostname: string;
  /** Directories of the plugins that were called; a later agent may have others, or none. */
  readonly plugins: readonly string[];
  /** Those whose plugins were called, or are about to be. */
  readonly attachments: readonly Attachment[];
  /** Whether the container has all that it asked for. */
  readonly complete: boolean;
}

/** As they are written: messages in their JSON form. */
interface RawAttachment {
  readonly network: NetworkConfig;
  readonly ifName: string;
  readonly info: unknown;
  readonly result?: unknown;
}

const fileName = 'record.json';

export async function writeRecord(directory: string, record: NetworkRecord): Promise<void> {
  const attachments = record.attachments.map((one) => ({
    ...one,
    info: toJsonValue(NetworkInfo, one.info),
  }));
  const text = JSON.stringify({ ...record, attachments });
  await writeFileAtomic(join(directory, fileName), text);
}

/** Undefined: the agent ended before it wrote one, and so before any plugin was called. */
export function readRecord(directory: string): NetworkRecord | undefined {
  const path = join(directory, fileName);
  if (!existsSync(path)) return undefined;
  const { attachments, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as Omit<
    NetworkRecord,
    'attachments'
  > & { readonly attachments: readonly RawAttachment[] };
  return {
    ...rest,
    attachments: attachments.map((one) => ({ ...one, info: fromJsonValue(NetworkInfo, one.info) })),
  };
}
