import * as z from 'zod';
import { AppError } from '#shared/errors.ts';

const answer = z.object({
  error: z.object({ message: z.string() }).optional(),
  result: z
    .object({
      isError: z.boolean().optional(),
      structuredContent: z.record(z.string(), z.unknown()).optional(),
      content: z.array(z.looseObject({ text: z.string().optional() })),
    })
    .optional(),
});

/**
 * Calls one tool of an MCP server and parses what it answers: one request, as the 2025 revisions allow it to a server
 * without sessions. This is what an agent's MCP client does, without the client. Throws AppError with the answer of a
 * tool that fails.
 */
export async function callTool<T>(
  endpoint: string,
  call: { readonly name: string; readonly arguments: object; readonly result: z.ZodType<T> },
): Promise<T> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: call.name, arguments: call.arguments },
    }),
  });
  const { result, error } = answer.parse(lastMessage(await response.text()));
  if (error) throw new AppError('internal', `${call.name}: ${error.message}`);
  if (!result || result.isError) {
    throw new AppError('internal', `${call.name} answered: ${result?.content.map(({ text }) => text).join(' ')}`);
  }
  return call.result.parse(result.structuredContent);
}

/** The JSON of a plain answer, or of the last event of a stream, which is the answer after all progress. */
function lastMessage(body: string): unknown {
  const events = body.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  return JSON.parse(events.at(-1)?.slice('data:'.length) ?? body);
}
