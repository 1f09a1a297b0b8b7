/** JSON or protobuf: how calls are written and events read. */
import {
  decodeBinary,
  decodeJson,
  encodeBinary,
  encodeJson,
  SchedulerCall,
  SchedulerEvent,
} from '@stoke/protocol';

/** A way to put messages on the wire. */
export interface WireFormat {
  readonly contentType: string;
  encodeCall(call: SchedulerCall): string | Uint8Array;
  decodeEvent(record: Uint8Array): SchedulerEvent;
}

const text = new TextDecoder();

/** The formats a master speaks. */
export const wireFormats: Readonly<Record<'json' | 'protobuf', WireFormat>> = {
  json: {
    contentType: 'application/json',
    encodeCall: (call) => encodeJson(SchedulerCall, call),
    decodeEvent: (record) => decodeJson(SchedulerEvent, text.decode(record)),
  },
  protobuf: {
    contentType: 'application/x-protobuf',
    encodeCall: (call) => encodeBinary(SchedulerCall, call),
    decodeEvent: (record) => decodeBinary(SchedulerEvent, record),
  },
};
