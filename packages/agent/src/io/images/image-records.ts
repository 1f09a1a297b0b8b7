/** What is kept of images beside their layers: a file for each name, whose age is that of the last use. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const record = z.object({
  reference: z.string(),
  /** Names of layers, the lowest first. */
  layers: z.array(z.string()).readonly(),
  settings: z.object({
    environment: z.record(z.string(), z.string()).readonly(),
    entrypoint: z.array(z.string()).readonly(),
    command: z.array(z.string()).readonly(),
    workingDirectory: z.string().optional(),
  }),
});

export type ImageRecord = Readonly<z.output<typeof record>>;

export interface AgedImage {
  readonly path: string;
  readonly image: ImageRecord;
  readonly usedMs: number;
}

/** A record of another version counts as none. */
export async function readRecord(path: string): Promise<ImageRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return record.safeParse(JSON.parse(text)).data;
}

/** All that are there; the one used last comes first. */
export async function recordsByAge(directory: string): Promise<readonly AgedImage[]> {
  const names = await readdir(directory).catch((): string[] => []);
  const found = await Promise.all(names.map((name) => agedImage(join(directory, name))));
  return found.filter((one) => one !== undefined).sort((a, b) => b.usedMs - a.usedMs);
}

async function agedImage(path: string): Promise<AgedImage | undefined> {
  const image = await readRecord(path);
  const found = await stat(path).catch(() => undefined);
  return image === undefined || found === undefined
    ? undefined
    : { path, image, usedMs: found.mtimeMs };
}
