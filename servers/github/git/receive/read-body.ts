import { Buffer } from 'node:buffer';
import { AppError } from '#shared/errors.ts';
import type { BodyTurns } from '#shared/guard/body-turns.ts';
import { plainBody } from '../body.ts';

/**
 * The whole body of a push in memory. One that turns out to be large waits for its turn while it is read; `release` gives
 * that back. Throws AppError `too_large`, `busy` or `invalid_arguments`.
 */
export async function readBody(
  request: Request,
  { turns, maxBytes }: { readonly turns: BodyTurns; readonly maxBytes: number },
): Promise<{ readonly body: Uint8Array; readonly release: () => void }> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let release: (() => void) | null = null;
  try {
    for await (const chunk of plainBody(request, maxBytes)) {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes > turns.largeBytes) release ??= await turnFor(turns, maxBytes);
    }
    return { body: Buffer.concat(chunks), release: release ?? (() => {}) };
  } catch (error) {
    release?.();
    throw error instanceof AppError && error.code === 'too_large' ? tooLarge(maxBytes) : error;
  }
}

/** How large a push becomes, git does not say before. */
async function turnFor(turns: BodyTurns, bytes: number): Promise<() => void> {
  const release = await turns.take(bytes);
  if (release !== null) return release;
  throw new AppError('busy', 'Other large requests are being worked on.', { next: 'Push again in a moment.' });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError('too_large', `The push has more than ${maxBytes} bytes.`, {
    next: 'Push fewer commits at once, or leave large files out.',
  });
}
