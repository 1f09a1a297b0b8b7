/** What the agent keeps on disk of its Docker containers: one directory each, gone when nothing is left of one. */
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode, writeFileAtomic } from '@stoke/kit';
import { z } from 'zod';

const recordShape = z.object({
  /** The sandbox. */
  directory: z.string(),
  /** How long the output files were before the container wrote to them. */
  starts: z.object({ stdout: z.int(), stderr: z.int() }),
  /** Whether it has a terminal: its output is then one stream. */
  tty: z.boolean(),
  memoryMb: z.number(),
});

/** What a later run of the agent needs to take a container up. */
export type ContainerRecord = Readonly<z.output<typeof recordShape>>;

export class ContainerRecords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  ids(): readonly string[] {
    return existsSync(this.#directory) ? readdirSync(this.#directory) : [];
  }

  has(containerId: string): boolean {
    return existsSync(this.#path(containerId));
  }

  /** From now on a container of that id is no stranger. */
  make(containerId: string): void {
    mkdirSync(this.#path(containerId), { recursive: true, mode: 0o700 });
  }

  async write(containerId: string, record: ContainerRecord): Promise<void> {
    await writeFileAtomic(this.#path(containerId, 'record.json'), JSON.stringify(record));
  }

  /** Undefined when the container was never asked for. */
  read(containerId: string): ContainerRecord | undefined {
    const text = readIfThere(this.#path(containerId, 'record.json'));
    return text === undefined ? undefined : recordShape.parse(JSON.parse(text));
  }

  /** Nobody asks for it any more; it stays for those who want to look until then, in milliseconds. */
  async retire(containerId: string, untilMs: number): Promise<void> {
    await writeFileAtomic(this.#path(containerId, 'remove-at'), String(untilMs));
  }

  /** When a retired container is to be removed; undefined for one in use. */
  removalTime(containerId: string): number | undefined {
    const text = readIfThere(this.#path(containerId, 'remove-at'));
    return text === undefined ? undefined : Number(text) || 0;
  }

  async forget(containerId: string): Promise<void> {
    await rm(this.#path(containerId), { recursive: true, force: true });
  }

  #path(...names: readonly string[]): string {
    return join(this.#directory, ...names);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
