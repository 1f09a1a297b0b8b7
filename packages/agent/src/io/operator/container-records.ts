/** Containers that outlive the agent, on disk: a file each, written before the container starts. */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@stoke/kit';
import { ContainerID, fromJsonValue, isAppError, Resource, toJsonValue } from '@stoke/protocol';
import { z } from 'zod';
import type { OperatorContainer } from './container-table.ts';

const recordSchema = z.object({
  id: z.unknown(),
  rootId: z.string().optional(),
  outer: z.string(),
  resources: z.array(z.unknown()),
});
const suffix = '.json';

export class ContainerRecords {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  async write(container: OperatorContainer): Promise<void> {
    const { id, rootId, outer, resources, runName } = container;
    const record = {
      id: toJsonValue(ContainerID, id),
      ...(rootId === undefined ? {} : { rootId }),
      outer,
      resources: resources.map((resource) => toJsonValue(Resource, resource)),
    };
    await writeFileAtomic(this.#path(runName), JSON.stringify(record));
  }

  async remove({ runName }: OperatorContainer): Promise<void> {
    await rm(this.#path(runName), { force: true });
  }

  /** What former runs wrote; a file that is none of them is left out. */
  read(): readonly OperatorContainer[] {
    return readdirSync(this.#directory)
      .filter((name) => name.endsWith(suffix))
      .flatMap((name) => this.#readOne(name.slice(0, -suffix.length)) ?? []);
  }

  #readOne(runName: string): OperatorContainer | undefined {
    try {
      const text = readFileSync(this.#path(runName), 'utf8');
      const { id, rootId, outer, resources } = recordSchema.parse(JSON.parse(text));
      return {
        id: fromJsonValue(ContainerID, id),
        runName,
        rootId,
        outer,
        resources: resources.map((resource) => fromJsonValue(Resource, resource)),
        session: undefined,
        pid: undefined,
        orphaned: false,
        ended: undefined,
      };
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError || isAppError(error)) {
        return undefined;
      }
      throw error;
    }
  }

  #path(runName: string): string {
    return join(this.#directory, `${runName}${suffix}`);
  }
}
