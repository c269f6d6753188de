import { AppError } from '#shared/errors.ts';

/** Writes one line of JSON to standard error. */
export type Log = (what: string, fields?: LogFields) => void;

export type LogFields = { readonly id?: string; readonly change?: string; readonly error?: unknown };

/**
 * A log for one server. Of errors it keeps names, codes and messages down the chain of causes, never the objects: those
 * may carry requests, and requests carry credentials.
 */
export function logTo(server: string, write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  return (what, { error, ...fields } = {}) => {
    const causes = error === undefined ? {} : { error: causesOf(error) };
    write(`${JSON.stringify({ at: new Date().toISOString(), server, what, ...fields, ...causes })}\n`);
  };
}

function causesOf(error: unknown): readonly string[] {
  const causes: string[] = [];
  for (let cause = error; cause !== undefined && causes.length < 5; ) {
    if (!(cause instanceof Error)) return [...causes, typeof cause];
    const code = cause instanceof AppError ? ` ${cause.code}` : '';
    causes.push(`${cause.name}${code}: ${cause.message}`.slice(0, 500));
    cause = cause.cause;
  }
  return causes;
}
