/** Event streams of the operator API: their ids are ours alone. */
import type { ServerResponse } from 'node:http';
import { MasterEvent as OperatorEvent } from '@stoke/protocol';
import type { EventStreamsOptions, StreamFormat } from './event-streams.ts';
import { EventStreams } from './event-streams.ts';

export class OperatorStreams extends EventStreams<OperatorEvent> {
  constructor(options: EventStreamsOptions) {
    super(options, OperatorEvent, 'operator');
  }

  open(stream: string, response: ServerResponse, format: StreamFormat): void {
    this.begin(stream, { response, format }, {});
  }
}
