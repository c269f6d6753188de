import type { Context } from 'hono';

/** JSON-RPC 2.0, section 5.1. */
const parseError = -32_700;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON of a request body, or the answer to a body that is none. Bytes that are not UTF-8 are refused: decoded
 * leniently, a file's contents would be changed on the way without anybody noticing.
 */
export async function parseBody(context: Context): Promise<{ readonly parsed: unknown } | Response> {
  try {
    const text = utf8.decode(await context.req.arrayBuffer());
    return { parsed: JSON.parse(text) as unknown };
  } catch {
    const message = 'Parse error: the body is not JSON in UTF-8.';
    return context.json({ jsonrpc: '2.0', error: { code: parseError, message }, id: null }, 400);
  }
}
