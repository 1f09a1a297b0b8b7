/** Wire types: package google.protobuf. Written by scripts/generate.ts; change proto/ instead. */
import type { MessageType } from '../descriptor.ts';
import { defineMessage } from '../descriptor.ts';

/** Seconds and the nanoseconds beyond them, of the same sign. */
export interface GoogleDuration {
  seconds?: number;
  nanos?: number;
}
/** Descriptor of google.protobuf.Duration. */
export const GoogleDuration: MessageType<GoogleDuration> = defineMessage('google.protobuf.Duration', () => [
  [1, 'seconds', 'optional', 'int64'],
  [2, 'nanos', 'optional', 'int32'],
]);
