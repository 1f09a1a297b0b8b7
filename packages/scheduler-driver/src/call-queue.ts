/** Sends calls in their order, without waiting for the answers of those before. */
import { createHttpPipeline, type HttpPipeline, type PipelineAnswer } from '@stoke/kit';
import type { AppError, SchedulerCall } from '@stoke/protocol';
import { type DriverErrorCode, driverError } from './errors.ts';
import type { WireFormat } from './wire-format.ts';

const maxOpenCalls = 10_000;
const callTimeoutMs = 30_000;
const maxAnswerBytes = 64 * 1024 * 1024;

/** Where calls go at the moment. */
export interface CallTarget {
  readonly url: string;
  readonly streamId: string;
}

/** What a queue needs to know. */
export interface CallQueueOptions {
  readonly format: WireFormat;
  readonly headers: Readonly<Record<string, string>>;
  /** The same object for as long as it is the same; throws while the framework is not subscribed. */
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
  let open = 0;
  const lines = createLines(options);
  return {
    async send(call) {
      if (open >= maxOpenCalls) {
        const message = `Cannot send call '${call.type}': ${open} calls wait already`;
        throw driverError('TOO_MANY_CALLS', { message });
      }
      open++;
      try {
        await post(call, options, lines);
      } finally {
        open--;
      }
    },
  };
}

/** The way to one target; calls to a target that is no more still get their answers. */
type Lines = (target: CallTarget) => HttpPipeline;

function createLines({ format, headers }: CallQueueOptions): Lines {
  let current: { readonly target: CallTarget; readonly pipeline: HttpPipeline } | undefined;
  return (target) => {
    if (current?.target === target) return current.pipeline;
    current?.pipeline.close();
    const pipeline = createHttpPipeline({
      url: target.url,
      headers: {
        ...headers,
        'Content-Type': format.contentType,
        Accept: format.contentType,
        'Mesos-Stream-Id': target.streamId,
      },
      timeoutMs: callTimeoutMs,
      maxBytes: maxAnswerBytes,
    });
    current = { target, pipeline };
    return pipeline;
  };
}

async function post(call: SchedulerCall, options: CallQueueOptions, lines: Lines): Promise<void> {
  const target = options.target();
  const answer = await lines(target).post(options.format.encodeCall(call));
  if (answer.status >= 200 && answer.status < 300) return;
  const error = refusal(call, answer, target);
  if (error.retryable) options.onLeaderMoved(target);
  throw error;
}

/** What a master says that restarted, or that thinks our stream is broken. */
const unsubscribed =
  /Framework cannot be found|Framework is not subscribed|didn't match the stream ID/;

function refusal(call: SchedulerCall, answer: PipelineAnswer, target: CallTarget): AppError {
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
