/**
 * What went wrong, in the terms that decide what happens next. Each kind has one row in {@link ERROR_POLICY}. `away` is
 * for what Kadr itself needs: the bus, the database, the store of blobs.
 */
export type ErrorKind =
  | 'invalid'
  | 'unprocessable'
  | 'unsupported'
  | 'too-large'
  | 'not-found'
  | 'conflict'
  | 'unavailable'
  | 'away'
  | 'timeout'
  | 'internal';

/** One wrong field of a request: its path, the value given (shortened) and what is allowed. */
export interface FieldError {
  field: string;
  value?: unknown;
  message: string;
}

/** Everything but code and message that an {@link AppError} can carry. */
export interface AppErrorOptions {
  /** Facts for the reader, shown in the answer: never credentials, never a host's path. */
  details?: Record<string, unknown>;
  /** Wrong fields, all of them. */
  errors?: FieldError[];
  /** Seconds after which a retry makes sense. */
  retryAfter?: number;
  cause?: unknown;
  /** Overrides what {@link ERROR_POLICY} says of the kind. */
  retryable?: boolean;
}

/**
 * The one error class of Kadr. `code` is stable and meant for programs, `message` says what went wrong,
 * with which value, and what to do.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly details: Record<string, unknown>;
  readonly errors: FieldError[];
  readonly retryAfter: number | undefined;
  readonly retryable: boolean;

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    options: AppErrorOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.details = options.details ?? {};
    this.errors = options.errors ?? [];
    this.retryAfter = options.retryAfter;
    this.retryable = options.retryable ?? ERROR_POLICY[kind].bus !== 'dead-letter';
  }

  /** True when the fault is that of something Kadr itself needs: no attempt is counted until it is back. */
  get waits(): boolean {
    return ERROR_POLICY[this.kind].bus === 'wait';
  }
}

/** What an error of a kind becomes at each edge. */
export interface ErrorPolicy {
  /** HTTP status. */
  status: number;
  /** RFC 9457 `title`. */
  title: string;
  /**
   * On a bus: try again by the back-off policy, then dead-letter; dead-letter at once; or wait for what is away, for as
   * long as that takes, since it says nothing about the message.
   */
  bus: 'retry' | 'dead-letter' | 'wait';
}

/** The one table that maps a kind to HTTP and to the bus. */
export const ERROR_POLICY: Record<ErrorKind, ErrorPolicy> = {
  invalid: { status: 400, title: 'The request has wrong fields', bus: 'dead-letter' },
  unprocessable: { status: 422, title: 'The content cannot be processed', bus: 'dead-letter' },
  unsupported: { status: 415, title: 'The kind of content is not supported', bus: 'dead-letter' },
  'too-large': { status: 413, title: 'The content is too large', bus: 'dead-letter' },
  'not-found': { status: 404, title: 'Not found', bus: 'dead-letter' },
  conflict: { status: 409, title: 'In conflict with what is there', bus: 'dead-letter' },
  unavailable: { status: 503, title: 'Not available at the moment', bus: 'retry' },
  away: { status: 503, title: 'Not available at the moment', bus: 'wait' },
  timeout: { status: 504, title: 'No answer in time', bus: 'retry' },
  internal: { status: 500, title: 'An unexpected error', bus: 'retry' },
};

/** Any thrown value as an {@link AppError}: one that is so already, or `internal` with the value as its cause. */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new AppError('internal', 'internal', message, { cause: error });
}
