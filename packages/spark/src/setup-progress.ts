/** What an installation tells while it works, for a progress line. */

/** One event of an installation; `what` names the thing, as in "Spark 3.5.9". */
export type SetupProgress =
  | { readonly type: 'step'; readonly what: string; readonly doing: string }
  | {
      readonly type: 'download';
      readonly what: string;
      readonly bytes: number;
      /** Absent while the server has not said. */
      readonly totalBytes: number | undefined;
      /** Mean over the last seconds. */
      readonly bytesPerSecond: number;
    };

/** Receives progress; must not throw. */
export type OnProgress = (progress: SetupProgress) => void;
