/** Event streams of schedulers: each has an id that its scheduler repeats with every call. */
import type { ServerResponse } from 'node:http';
import { SchedulerEvent } from '@stoke/protocol';
import type { EventStreamsOptions, StreamFormat } from './event-streams.ts';
import { EventStreams } from './event-streams.ts';

export class SchedulerStreams extends EventStreams<SchedulerEvent> {
  constructor(options: EventStreamsOptions) {
    super(options, SchedulerEvent, 'scheduler');
  }

  open(stream: string, response: ServerResponse, format: StreamFormat): void {
    this.begin(stream, { response, format }, { 'Mesos-Stream-Id': stream });
  }
}
