/** What the core asks the shell to do; a tagged union, performed in order by `io/`. */
import type {
  LinkMasterMessage,
  MasterEvent as OperatorEvent,
  SchedulerEvent,
} from '@stoke/protocol';
import type { MasterEvent } from './events.ts';
import type { Outcome } from './replies.ts';

/** Severity of a LOG effect, as the logger's levels. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One row to put in (value) or delete from (undefined) the registry. */
export type RegistryWrite = { readonly key: string; readonly value: unknown };

export type Effect =
  /** Write one event to a scheduler's stream. */
  | { readonly type: 'SEND_EVENT'; readonly stream: string; readonly event: SchedulerEvent }
  /** End a scheduler's stream after what was already sent. */
  | { readonly type: 'CLOSE_STREAM'; readonly stream: string }
  /** Write one event to a stream of the operator API. */
  | { readonly type: 'SEND_OPERATOR'; readonly stream: string; readonly event: OperatorEvent }
  /** Write one event to every stream of the operator API. */
  | { readonly type: 'BROADCAST'; readonly event: OperatorEvent }
  /** End a stream of the operator API after what was already sent. */
  | { readonly type: 'CLOSE_OPERATOR'; readonly stream: string }
  /** Write one message to an agent's link. */
  | { readonly type: 'SEND_AGENT'; readonly link: string; readonly message: LinkMasterMessage }
  /** Drop an agent's link. */
  | { readonly type: 'CLOSE_LINK'; readonly link: string }
  /** Deliver `event` after `delayMs`; a timer of the same key is replaced. */
  | {
      readonly type: 'SET_TIMER';
      readonly key: string;
      readonly delayMs: number;
      readonly event: MasterEvent;
    }
  | { readonly type: 'CANCEL_TIMER'; readonly key: string }
  /** Make the writes durable, then deliver `after`. */
  | {
      readonly type: 'STORE';
      readonly writes: readonly RegistryWrite[];
      readonly after: MasterEvent;
    }
  /** Tell a waiting request how it ended. */
  | { readonly type: 'REPLY'; readonly request: string; readonly outcome: Outcome }
  /** Deliver an ALLOCATE event as soon as other work had its turn. */
  | { readonly type: 'ALLOCATE' }
  | {
      readonly type: 'LOG';
      readonly level: LogLevel;
      readonly message: string;
      readonly fields: Readonly<Record<string, unknown>>;
    };
