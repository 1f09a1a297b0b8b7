/** Persistent volumes in containers that run already: they come with one task and go with another. */
import { lstat } from 'node:fs/promises';
import { errorMessage, type Logger } from '@stoke/kit';
import type { Effect } from '../core/effects.ts';
import type { AgentEvent } from '../core/events.ts';
import type { Containerizer } from './containerizer.ts';
import { mountInside, type RunningPlace } from './mount-inside.ts';
import type { UserIds } from './users.ts';
import { linkVolumes, unlinkVolume } from './volumes.ts';

type LinkEffect = Extract<Effect, { readonly type: 'link-volumes' }>;

export interface VolumeLinksOptions {
  /** What runs the container. */
  readonly containerizerOf: (containerId: string) => Containerizer | undefined;
  readonly log: Logger;
  readonly dispatch: (event: AgentEvent) => void;
}

export class VolumeLinks {
  readonly #options: VolumeLinksOptions;
  /** By container id: one order after the other. */
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: VolumeLinksOptions) {
    this.#options = options;
  }

  /** Showing ends in `volumes-linked`. */
  carryOut(effect: LinkEffect): void {
    const { containerId } = effect;
    const before = this.#underWay.get(containerId) ?? Promise.resolve();
    const work = (): Promise<void> =>
      effect.order === 'show' ? this.#show(effect) : this.#hide(effect);
    const done = before.then(work).finally(() => {
      if (this.#underWay.get(containerId) === done) this.#underWay.delete(containerId);
    });
    this.#underWay.set(containerId, done);
  }

  async #show({ containerId, directory, volumes }: LinkEffect): Promise<void> {
    const paths = volumes.map(({ path }) => path);
    let problem: string | undefined;
    try {
      await linkVolumes(directory, volumes, await ownerOf(directory));
      const place = this.#placeOf(containerId, directory);
      if (place !== undefined) for (const path of paths) await mountInside('show', path, place);
    } catch (error) {
      problem = errorMessage(error);
      this.#options.log.warn({ containerId, reason: problem }, 'volumes not linked');
    }
    this.#options.dispatch({ type: 'volumes-linked', containerId, paths, problem });
  }

  async #hide({ containerId, directory, volumes }: LinkEffect): Promise<void> {
    const place = this.#placeOf(containerId, directory);
    for (const volume of volumes) {
      try {
        unlinkVolume(directory, volume);
        if (place !== undefined) await mountInside('hide', volume.path, place);
      } catch (error) {
        const reason = errorMessage(error);
        this.#options.log.warn({ containerId, reason }, 'volume not taken from the container');
      }
    }
  }

  #placeOf(containerId: string, directory: string): RunningPlace | undefined {
    return this.#options.containerizerOf(containerId)?.runningPlace?.(containerId, directory);
  }
}

/** The sandbox belongs to the user of the container. */
async function ownerOf(directory: string): Promise<UserIds | undefined> {
  const { uid, gid } = await lstat(directory);
  return uid === process.getuid?.() ? undefined : { uid, gid };
}
