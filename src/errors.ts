/** Everything that can go wrong in this library; `docs/errors.md` has a row for each. */
export type ErrorCode =
  | 'CALL_CANCELLED'
  | 'CALL_FAILED'
  | 'CALL_TIMED_OUT'
  | 'CHANNEL_CLOSED'
  | 'CONNECTION_EXISTS'
  | 'CONNECTION_LOST'
  | 'CONNECTION_NOT_READY'
  | 'CONNECTION_REMOVED'
  | 'CONNECTION_UNKNOWN'
  | 'FILE_INVALID'
  | 'FRAME_MALFORMED'
  | 'FRAME_TOO_LARGE'
  | 'HANDLER_MISSING'
  | 'INSPECTOR_FAILED'
  | 'LISTEN_FAILED'
  | 'MANAGER_STOPPED'
  | 'MODULE_INVALID'
  | 'NOT_A_MODULE_PROCESS'
  | 'OPTION_INVALID'
  | 'ORDER_REJECTED'
  | 'QUEUE_FULL'
  | 'REGISTRATION_REFUSED'
  | 'STORE_IN_USE'
  | 'STORE_UNREADABLE'
  | 'STORE_WRITE_FAILED'
  | 'WAIT_FAILED';

/** The one error class of this library: `code` says what happened, `data` carries the facts as plain JSON. */
export class GreenroomError extends Error {
  override readonly name = 'GreenroomError';
  readonly code: ErrorCode;
  /** Default `{}`. */
  readonly data: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    options: { data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.data = options.data ?? {};
  }
}
