/** SUBSCRIBE: the event stream of the operator API. */
import type { ServerResponse } from 'node:http';
import type { MasterEvent } from '../../core/events.ts';
import type { MessageFormat } from '../media-type.ts';
import type { CallHandlers } from './operator-call.ts';

export type SubscribeFacts = {
  readonly dispatch: (event: MasterEvent) => void;
  readonly newStreamId: () => string;
  readonly openStream: (stream: string, response: ServerResponse, format: MessageFormat) => void;
};

export function subscribeCall({ dispatch, newStreamId, openStream }: SubscribeFacts): CallHandlers {
  return {
    SUBSCRIBE: ({ format, request }) => {
      const stream = newStreamId();
      openStream(stream, request.takeResponse(), format);
      dispatch({ type: 'SUBSCRIBE_OPERATOR', stream, viewer: request.viewer() });
      return 'taken';
    },
  };
}
