/** Sends calls one after the other: their order is the framework's order. */
import { type HttpResponse, requestHttp } from '@stoke/kit';
import type { AppError, SchedulerCall } from '@stoke/protocol';
import { type DriverErrorCode, driverError } from './errors.ts';
import type { WireFormat } from './wire-format.ts';

const maxQueuedCalls = 10_000;
const callTimeoutMs = 30_000;

/** Where calls go at the moment. */
export interface CallTarget {
  readonly url: string;
  readonly streamId: string;
}

/** What a queue needs to know. */
export interface CallQueueOptions {
  readonly format: WireFormat;
  readonly headers: Readonly<Record<string, string>>;
  /** Asked when a call's turn comes; throws while the framework is not subscribed. */
  readonly target: () => CallTarget;
  /** Told that calls no longer reach the leader, so that the driver subscribes again. */
  readonly onLeaderMoved: (target: CallTarget) => void;
}

/** Calls in order. */
export interface CallQueue {
  /** Resolves when the master took the call. @throws AppError; see the error table. */
  send(call: SchedulerCall): Promise<void>;
}

/** Makes a queue; nothing is sent before the first call. */
export function createCallQueue(options: CallQueueOptions): CallQueue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    send(call) {
      if (waiting >= maxQueuedCalls) {
        const message = `Cannot send call '${call.type}': ${waiting} calls wait already`;
        return Promise.reject(driverError('TOO_MANY_CALLS', { message }));
      }
      waiting++;
      const sent = last.then(() => post(call, options)).finally(() => waiting--);
      last = sent.catch(() => undefined);
      return sent;
    },
  };
}

async function post(call: SchedulerCall, options: CallQueueOptions): Promise<void> {
  const target = options.target();
  const answer = await requestHttp({
    url: target.url,
    method: 'POST',
    headers: {
      ...options.headers,
      'Content-Type': options.format.contentType,
      Accept: options.format.contentType,
      'Mesos-Stream-Id': target.streamId,
    },
    body: options.format.encodeCall(call),
    timeoutMs: callTimeoutMs,
  });
  if (answer.status >= 200 && answer.status < 300) return;
  const error = refusal(call, answer, target);
  if (error.retryable) options.onLeaderMoved(target);
  throw error;
}

/** What a master says that restarted, or that thinks our stream is broken. */
const unsubscribed =
  /Framework cannot be found|Framework is not subscribed|didn't match the stream ID/;

function refusal(call: SchedulerCall, answer: HttpResponse, target: CallTarget): AppError {
  const said = answer.body.toString('utf8').slice(0, 500).trim();
  const reason =
    answer.status === 307 ? 'another master leads now' : `${answer.status} ${said}`.trim();
  return driverError(refusalCode(answer.status, said), {
    message: `Cannot send call '${call.type}' to '${target.url}': ${reason}`,
    details: { status: answer.status, said },
  });
}

function refusalCode(status: number, said: string): DriverErrorCode {
  if (status === 307) return 'LEADER_MOVED';
  if (status >= 500) return 'MASTER_UNAVAILABLE';
  return unsubscribed.test(said) ? 'NOT_SUBSCRIBED' : 'CALL_REFUSED';
}
