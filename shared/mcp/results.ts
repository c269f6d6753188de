import { randomUUID } from 'node:crypto';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { AppError } from '#shared/errors.ts';
import type { JsonObject } from '#shared/tools/json.ts';

/** Where errors go that the reader does not see in full; `id` is what the reader sees instead. */
export type OnError = (error: unknown, id: string) => void;

/** Some models are shown `structuredContent` only, some `content` only: both say the same. */
export function successResult(structuredContent: JsonObject): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
}

/**
 * What a model is told of a failed call: `code: sentence next-step`, as text. There is no `structuredContent`: it
 * would have to fit the tool's output schema, because the 1.x client checks it even on an error and would put its own
 * complaint in place of ours; and on an error models are shown the text.
 *
 * What is not an AppError is `internal`, and nothing of it leaves the process. It goes to `onError`, as does the
 * cause of an AppError, under the id that ends the text. `not_found` shows none: it would tell what is not there from what
 * is there and not shown.
 */
export function errorResult(error: unknown, onError: OnError): CallToolResult {
  const known = error instanceof AppError ? error : internal(error);
  const sentences = [`${known.code}: ${known.message}`];
  if (known.next !== undefined) sentences.push(known.next);
  if (known.cause !== undefined) {
    const id = randomUUID();
    onError(error, id);
    if (known.code !== 'not_found') sentences.push(`(log id ${id})`);
  }
  return { content: [{ type: 'text', text: sentences.join(' ') }], isError: true };
}

function internal(cause: unknown): AppError {
  return new AppError('internal', 'The server failed.', {
    next: 'Tell a person; repeating the call will hardly help.',
    cause: cause ?? 'nothing was thrown',
  });
}
