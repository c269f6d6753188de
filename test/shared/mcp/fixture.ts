import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { type Listening, listen } from '#shared/http/listen.ts';
import { type McpAppOptions, mcpApp } from '#shared/mcp/app.ts';
import type { CallContext } from '#shared/mcp/call-context.ts';
import type { ToolListing } from '#shared/mcp/listing.ts';
import { toJsonSchema } from '#shared/mcp/schema.ts';
import type { JsonObject } from '#shared/tools/json.ts';

const inputSchema = toJsonSchema(z.strictObject({ text: z.string().describe('What to say.').optional() }), 'input');
const outputSchema = toJsonSchema(z.object({ said: z.string() }), 'output');

export function tool(name: string): ToolListing {
  const description = `Does what a test of ${name} wants.`;
  return { name, title: name, description, inputSchema, outputSchema, annotations: { readOnlyHint: true } };
}

export type Reported = { readonly error: unknown; readonly id: string };

export type Running = Listening & {
  readonly endpoint: URL;
  readonly contexts: readonly CallContext[];
  readonly reported: readonly Reported[];
};

type Calls = { readonly [name: string]: (args: unknown, context: CallContext) => Promise<JsonObject> };

const echo: Calls = {
  echo: async (args) => ({ said: (args as { text?: string }).text ?? 'nothing' }),
  refuse: async () => {
    throw new AppError('out_of_scope', 'acme/secret is not granted.', { next: 'Ask for acme/web.' });
  },
  unavailable: async () => {
    const cause = new Error('upstream says: token ghs_secret is bad');
    throw new AppError('backend_unavailable', 'GitHub does not answer.', { cause });
  },
  crash: async () => {
    throw new Error('password is hunter2');
  },
};

/** An MCP server on a free port with tools that succeed, refuse and crash, and those that a test adds. */
export async function run(calls: Calls = {}, options: Partial<McpAppOptions> = {}): Promise<Running> {
  const all = { ...echo, ...calls };
  const contexts: CallContext[] = [];
  const reported: Reported[] = [];
  const app = mcpApp({
    name: 'test',
    version: '1.2.3',
    instructions: 'Say what you mean.',
    tools: Object.keys(all).map(tool),
    call: async (name, args, context) => {
      contexts.push(context);
      const called = all[name];
      if (called === undefined) throw new Error(`${name} reached the tools`);
      return called(args, context);
    },
    allowedHosts: ['127.0.0.1', 'localhost'],
    maxBodyBytes: 64 * 1024,
    onError: (error, id) => reported.push({ error, id }),
    ...options,
  });
  const listening = await listen({ fetch: app.fetch, host: '127.0.0.1', port: 0, graceMs: 50 });
  return { ...listening, endpoint: new URL(`${listening.url}/mcp`), contexts, reported };
}
