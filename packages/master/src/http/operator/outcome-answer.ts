/** What became of a request that waited for the registry, as an answer. */
import type { MasterEvent } from '../../core/events.ts';
import type { Outcome } from '../../core/replies.ts';
import type { Answer } from '../answer.ts';
import { emptyAnswer, textAnswer } from '../answer.ts';

/** Has the core handle a request of which it is told the id; resolves when it is through. */
export type Ask = (event: (request: string) => MasterEvent) => Promise<Outcome>;

export function outcomeAnswer(outcome: Outcome): Answer {
  return 'reason' in outcome ? textAnswer(outcome.status, outcome.reason) : emptyAnswer(200);
}
