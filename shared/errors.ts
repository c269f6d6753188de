/**
 * Every way in which a request can end other than well. Codes are stable: agents, scripts and the console branch on
 * them. What one means is said here once; the message of an error says what was wrong this time.
 */
export const errorCodes = {
  invalid_arguments: 'The arguments do not fit the tool; nothing was done.',
  unknown_tool: 'No such tool is granted here.',
  too_large: 'More than the limits allow; send less.',
  out_of_scope: 'The blueprint does not grant this.',
  not_found: 'There is no such thing, or none that this caller may see.',
  already_exists: 'What was to be made is there already.',
  conflict: 'It does not fit what is there now; read again and propose again.',
  unsupported: 'This cannot be written here without loss, so it is refused.',
  idempotency_conflict: 'The idempotency key was used for something else.',
  limit_reached: 'A limit of the blueprint is reached; wait or finish what is open.',
  seal_mismatch: 'The change is not the one that was shown; look at it again.',
  not_permitted: 'This person or caller may not do that.',
  step_up_required: 'This approval needs a passkey of the person who gives it.',
  unauthenticated: 'Nobody is signed in.',
  wrong_state: 'The change is no longer in a state that allows this.',
  expired: 'It is too late: what was asked for has expired.',
  backend_unavailable: 'The system behind this server does not answer; nothing was done.',
  backend_refused: 'The system behind this server refused.',
  ledger_unavailable: 'The ledger cannot be reached, so nothing is written.',
  bad_configuration: 'The configuration cannot be used.',
  busy: 'There is more to do than can be done at once; nothing was done.',
  internal: 'A fault of the server; the log has it under the given id.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** Codes for which the same call may do better later. */
const retryable: ReadonlySet<ErrorCode> = new Set([
  'limit_reached',
  'backend_unavailable',
  'ledger_unavailable',
  'busy',
]);

/**
 * The one error that crosses a boundary. `message` is written for the reader that gets it (a model or a person) and
 * never carries text from a backend; that goes into `cause`, which only the log sees.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** What the reader can do now, as a sentence. */
  readonly next: string | undefined;
  /** Whether repeating the same call later can succeed. */
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, options: { next?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.next = options.next;
    this.retryable = retryable.has(code);
  }
}
