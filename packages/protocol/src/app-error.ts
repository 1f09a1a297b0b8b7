/** The one error class of Stoke: tested by code, shown by message, retried by `retryable`. */

/** What a code means: one row of a package's error table. */
export interface ErrorRow {
  /** Status of an HTTP answer that reports this error. */
  readonly httpStatus: number;
  /** Whether the same request may succeed later without a change. */
  readonly retryable: boolean;
  /** What happened, for the reference page: one sentence. */
  readonly sentence: string;
}

/** The error table of a package: code → row. */
export type ErrorTable<Code extends string = string> = Readonly<Record<Code, ErrorRow>>;

/** What an AppError is made from. */
export interface AppErrorOptions {
  readonly code: string;
  /** "Cannot <verb> <noun> '<id>': <reason>", without a final period. */
  readonly message: string;
  readonly retryable?: boolean;
  /** Facts for logs and machines; never secrets. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A failure with a stable code. Compare `code`, never the message. */
export class AppError extends Error {
  readonly code: string;
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(options: AppErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.retryable = options.retryable ?? false;
    this.details = options.details ?? {};
  }
}

/** Whether something thrown is an AppError, of one code if given; works across package copies. */
export function isAppError(thrown: unknown, code?: string): thrown is AppError {
  if (!(thrown instanceof Error) || thrown.name !== 'AppError' || !('code' in thrown)) return false;
  return code === undefined || thrown.code === code;
}

/** Makes an AppError whose `retryable` comes from its table. */
export function errorFrom<Code extends string>(
  table: ErrorTable<Code>,
  code: Code,
  rest: Omit<AppErrorOptions, 'code' | 'retryable'>,
): AppError {
  return new AppError({ ...rest, code, retryable: table[code].retryable });
}
