import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError } from '#shared/errors.ts';

/**
 * The body of a request of git, inflated where git compressed it. Reading it throws AppError `too_large` for more than
 * `maxBytes` after inflation, and `invalid_arguments` for what cannot be inflated.
 */
export async function* plainBody(request: Request, maxBytes: number): AsyncGenerator<Uint8Array> {
  if (request.body === null) return;
  const sent = Readable.fromWeb(request.body);
  const zipped = isZipped(request);
  const plain = zipped ? sent.pipe(createGunzip()) : sent;
  // What breaks off on the way ends the reader too.
  if (zipped) sent.once('error', (error) => plain.destroy(error));
  let bytes = 0;
  try {
    for await (const chunk of plain) {
      bytes += (chunk as Uint8Array).byteLength;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      yield chunk as Uint8Array;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('invalid_arguments', 'The request cannot be read to its end.', { cause: error });
  } finally {
    sent.destroy();
  }
}

function isZipped({ headers }: Request): boolean {
  const encoding = headers.get('content-encoding') ?? 'identity';
  if (encoding === 'identity') return false;
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  throw new AppError('unsupported', 'Send the request as it is, or compressed with gzip.');
}

const tooLarge = (maxBytes: number): AppError =>
  new AppError('too_large', `The request comes to more than ${maxBytes} bytes.`, {
    next: 'Fetch fewer branches or files at once.',
  });
