import type { Context } from 'hono';

/** JSON-RPC 2.0, section 5.1. */
const parseError = -32_700;

/** What is longer is read into one piece of memory that nobody keeps; bytes. */
const longBytes = 1024 * 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON of a request body, or the answer to a body that is none. Bytes that are not UTF-8 are refused: decoded
 * leniently, a file's contents would be changed on the way without anybody noticing.
 */
export async function parseBody(context: Context): Promise<{ readonly parsed: unknown } | Response> {
  try {
    return { parsed: JSON.parse(await textOf(context)) as unknown };
  } catch {
    const message = 'Parse error: the body is not JSON in UTF-8.';
    return context.json({ jsonrpc: '2.0', error: { code: parseError, message }, id: null }, 400);
  }
}

async function textOf({ req }: Context): Promise<string> {
  const declared = Number(req.header('content-length') ?? 0);
  // To ask for the stream is dear, and Hono keeps what it reads for as long as the request lives: each where it counts.
  const body = declared > longBytes ? req.raw.body : null;
  if (body === null) return utf8.decode(await req.arrayBuffer());
  const whole = new Uint8Array(declared);
  let length = 0;
  for await (const chunk of body) {
    whole.set(chunk, length);
    length += chunk.byteLength;
  }
  return utf8.decode(whole.subarray(0, length));
}
