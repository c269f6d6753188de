import { AppError, type ErrorCode } from '#shared/errors.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  invalid_arguments: 400,
  not_found: 404,
  not_permitted: 403,
  out_of_scope: 403,
  backend_refused: 403,
  unsupported: 403,
  too_large: 413,
  limit_reached: 429,
  backend_unavailable: 503,
  ledger_unavailable: 503,
  busy: 503,
};

/** Nothing of git's protocol may be kept by anybody on the way. */
export const noCache = { 'cache-control': 'no-cache, max-age=0, must-revalidate' } as const;

/** What git shows to whoever called it. `id` leads to what the log has of it. */
function textOf(error: unknown, id: string | null): string {
  const known = error instanceof AppError ? error : new AppError('internal', 'The server failed.');
  const words = [known.message, known.next, id === null ? undefined : `(log id ${id})`];
  return words.filter((one) => one !== undefined).join(' ');
}

/** An error as git shows it where it asks for refs: as lines that begin with `remote:`. */
export function refusedRefs(error: unknown, id: string | null): Response {
  const status = error instanceof AppError ? (statuses[error.code] ?? 500) : 500;
  const headers = { ...noCache, 'content-type': 'text/plain; charset=utf-8' };
  return new Response(`${textOf(error, id)}\n`, { status, headers });
}

/**
 * An error as git shows it later on, where it shows nothing of an HTTP error: as a packet of its protocol, which counts as
 * an answer. gitprotocol-pack(5), "error-line".
 */
export function refusedPack(error: unknown, id: string | null): Response {
  const text = `ERR ${textOf(error, id)}`;
  const line = (Buffer.byteLength(text) + 4).toString(16).padStart(4, '0') + text;
  const headers = { ...noCache, 'content-type': 'application/x-git-upload-pack-result' };
  return new Response(line, { status: 200, headers });
}
