/** An answer of what a command writes, as records, until nothing more comes. */
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '@stoke/kit';
import { AgentProcessIO, encodeBinary, encodeJson, encodeRecord } from '@stoke/protocol';
import type { OutputListener } from '../../io/session/session-output.ts';
import { JSON_TYPE, type MediaTypes, RECORDIO_TYPE } from './media-types.ts';

/** As Mesos has them, on what is attached. */
const heartbeatMs = 30_000;
const nanosecondsPerMs = 1_000_000;
/** What may wait for a listener whose pace does not count, before it is cut off. */
const maxQueuedBytes = 4 * 1024 * 1024;

/** An answer of records that goes on until the session ends. */
export class OutputResponse implements OutputListener {
  readonly #response: ServerResponse;
  readonly #media: MediaTypes;
  readonly #clock: Clock;
  #heartbeat: Timer | undefined;

  constructor(response: ServerResponse, media: MediaTypes, clock: Clock) {
    this.#response = response;
    this.#media = media;
    this.#clock = clock;
    response.writeHead(200, {
      'Content-Type': media.acceptsStream ? RECORDIO_TYPE : media.accept,
      ...(media.acceptsStream ? { 'Message-Content-Type': media.accept } : {}),
      'Transfer-Encoding': 'chunked',
    });
    response.flushHeaders();
    // A peer that vanished without a word is noticed by the system.
    response.socket?.setKeepAlive(true, heartbeatMs);
    response.once('error', () => response.destroy());
    response.once('close', () => this.#heartbeat?.cancel());
    this.#beat();
  }

  #beat(): void {
    this.#heartbeat = this.#clock.setTimer(heartbeatMs, () => {
      const interval = { nanoseconds: heartbeatMs * nanosecondsPerMs };
      this.#send({ type: 'CONTROL', control: { type: 'HEARTBEAT', heartbeat: { interval } } });
      this.#beat();
    });
  }

  take(stream: 'STDOUT' | 'STDERR', data: Uint8Array): boolean {
    return this.#send({ type: 'DATA', data: { type: stream, data } });
  }

  #send(message: AgentProcessIO): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return true;
    const payload =
      this.#media.accept === JSON_TYPE
        ? new TextEncoder().encode(encodeJson(AgentProcessIO, message))
        : encodeBinary(AgentProcessIO, message);
    const isFree = this.#response.write(encodeRecord(payload));
    if (this.#response.writableLength > maxQueuedBytes) this.#response.destroy();
    return isFree;
  }

  end(): void {
    this.#response.end();
  }
}
