/** What the replay of a scheduler stream is told. */
import type { Translation } from './translation.ts';

/** What a replay needs. */
export interface ReplayOptions {
  readonly group: string;
  /** Name of the stream in the group. */
  readonly name: string;
  readonly translation: Translation;
  /** How long an event may take to come. Default 20 s: task ends wait for kill grace periods. */
  readonly eventTimeoutMs?: number;
  /** Also compare the offers that the recorded calls accept, not only the first ones. */
  readonly comparesOffers?: boolean;
  /** Accept offers that hold as much as the recorded ones: pieces are given back until they come as one. */
  readonly gathersOffers?: boolean;
  /** Awaited before the framework is torn down: what other clients did meanwhile. */
  readonly beforeTeardown?: () => Promise<void>;
  /** What the recorder did beside the stream, in its words: "agent stopped". */
  readonly onNote?: (what: string) => Promise<void>;
  /** Called before each call that has a file, with its name. */
  readonly beforeCall?: (name: string) => Promise<void>;
  /** Called when SUBSCRIBED came. */
  readonly onSubscribed?: () => void;
  /** What others did meanwhile: each is done before the first step recorded at its time or later. */
  readonly meanwhile?: readonly Meanwhile[];
  /** Bytes of a MESSAGE call that has no file of its own. */
  readonly unrecordedMessage?: {
    readonly executorId: string;
    readonly agentPort: number;
    readonly data: string;
  };
}

/** Something that was done beside the stream. */
export interface Meanwhile {
  readonly atSeconds: number;
  readonly run: () => Promise<void>;
}
