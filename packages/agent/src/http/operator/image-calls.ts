/** PRUNE_IMAGES: images that no container uses go, at once. */
import { errorMessage } from '@stoke/kit';
import type { Containerizer } from '../../io/containerizer.ts';
import { emptyAnswer, textAnswer } from '../answer.ts';
import type { CallHandlers } from './operator-call.ts';

/** An agent without images of its own has nothing to remove. */
export function imageCalls(containerizers: readonly Containerizer[]): CallHandlers {
  return {
    PRUNE_IMAGES: async ({ call }) => {
      const excluded = call.prune_images?.excluded_images ?? [];
      try {
        for (const one of containerizers) await one.pruneImages?.(excluded);
        return emptyAnswer(200);
      } catch (error) {
        return textAnswer(500, `Cannot prune images: ${errorMessage(error)}`);
      }
    },
  };
}
