/** One subscription: from the SUBSCRIBE call to the end of its event stream. */
import { type Clock, type HttpStream, openStream, readRecords, type Timer } from '@stoke/kit';
import type { AppError, SchedulerCall, SchedulerEvent } from '@stoke/protocol';
import { driverError } from './errors.ts';
import { redirectedUrl } from './scheduler-url.ts';
import type { WireFormat } from './wire-format.ts';

/** Heartbeats that may be missed before the master counts as gone. */
const missedHeartbeats = 5;
/** Silence allowed until the SUBSCRIBED event tells the real interval. */
const firstEventMs = 30_000;
const maxRedirects = 5;
const maxRecordBytes = 256 * 1024 * 1024;

/** What it takes to subscribe. */
export interface SubscribeOptions {
  /** Scheduler endpoint of any master. */
  readonly url: string;
  readonly call: SchedulerCall;
  readonly format: WireFormat;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** An open event stream of the leading master. */
export interface Subscription {
  /** Scheduler endpoint of the master that answered: calls go there. */
  readonly url: string;
  readonly streamId: string;
  /** Ends with an error: SUBSCRIPTION_ENDED, HEARTBEAT_LOST, a connection error, a malformed record. */
  readonly events: AsyncIterable<SchedulerEvent>;
  close(): void;
}

/**
 * Subscribes at the leading master, following redirects to it.
 * @throws AppError SUBSCRIBE_REFUSED, MASTER_UNAVAILABLE, LEADER_MOVED, or an HTTP error of kit.
 */
export async function subscribe(options: SubscribeOptions): Promise<Subscription> {
  let url = options.url;
  for (let redirects = 0; redirects <= maxRedirects; redirects++) {
    const stream = await open(url, options);
    if (stream.status === 200) {
      const streamId = stream.headers['mesos-stream-id'] ?? '';
      return { url, streamId, events: readEvents(url, stream, options), close: stream.close };
    }
    const location = stream.headers.location;
    if (stream.status !== 307 || location === undefined) throw await refusal(url, stream);
    stream.close();
    url = redirectedUrl(url, location);
  }
  throw driverError('LEADER_MOVED', {
    message: `Cannot subscribe at '${options.url}': redirected more than ${maxRedirects} times`,
    details: { url },
  });
}

function open(url: string, options: SubscribeOptions): Promise<HttpStream> {
  return openStream({
    url,
    method: 'POST',
    headers: {
      ...options.headers,
      'Content-Type': options.format.contentType,
      Accept: options.format.contentType,
    },
    body: options.format.encodeCall(options.call),
    timeoutMs: firstEventMs,
    signal: options.signal,
  });
}

async function refusal(url: string, stream: HttpStream): Promise<AppError> {
  const said = await firstText(stream);
  const code = stream.status >= 500 ? 'MASTER_UNAVAILABLE' : 'SUBSCRIBE_REFUSED';
  return driverError(code, {
    message: `Cannot subscribe at '${url}': ${stream.status}${said === '' ? '' : ` ${said}`}`,
    details: { url, status: stream.status, said },
  });
}

/** The beginning of a refusal's text. */
async function firstText(stream: HttpStream): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const chunk of stream.chunks) {
    parts.push(chunk);
    if (parts.length > 8) break;
  }
  stream.close();
  return Buffer.concat(parts).toString('utf8').slice(0, 500).trim();
}

async function* readEvents(
  url: string,
  stream: HttpStream,
  { clock, format }: SubscribeOptions,
): AsyncGenerator<SchedulerEvent> {
  const watch = createSilenceWatch(clock, stream);
  try {
    for await (const record of readRecords(stream.chunks, { maxRecordBytes })) {
      const event = format.decodeEvent(record);
      const interval = event.subscribed?.heartbeat_interval_seconds;
      watch.heard(interval === undefined ? undefined : interval * 1000 * missedHeartbeats);
      yield event;
    }
  } finally {
    watch.stop();
    stream.close();
  }
  if (watch.silent()) {
    throw driverError('HEARTBEAT_LOST', {
      message: `Cannot hear master '${url}': no heartbeat within ${watch.limitMs()} ms`,
      details: { url },
    });
  }
  throw driverError('SUBSCRIPTION_ENDED', {
    message: `Cannot read events of master '${url}': it ended the stream`,
    details: { url },
  });
}

interface SilenceWatch {
  heard(limitMs: number | undefined): void;
  silent(): boolean;
  limitMs(): number;
  stop(): void;
}

/** Closes the stream when nothing was heard for too long. */
function createSilenceWatch(clock: Clock, stream: HttpStream): SilenceWatch {
  let limit = firstEventMs;
  let silent = false;
  const giveUp = (): void => {
    silent = true;
    stream.close();
  };
  let timer: Timer = clock.setTimer(limit, giveUp);
  return {
    heard(limitMs) {
      limit = limitMs ?? limit;
      timer.cancel();
      timer = clock.setTimer(limit, giveUp);
    },
    silent: () => silent,
    limitMs: () => limit,
    stop: () => timer.cancel(),
  };
}
