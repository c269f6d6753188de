import type { Hono } from 'hono';
import type { ChangeQueue } from '#capabilities/change-queue/ports.ts';
import { parseArguments } from '#shared/changes/arguments.ts';
import { AppError } from '#shared/errors.ts';
import { rateLimit } from '#shared/guard/rate-limit.ts';
import { mcpApp } from '#shared/mcp/app.ts';
import type { ToolListing } from '#shared/mcp/listing.ts';
import type { OnError } from '#shared/mcp/results.ts';
import { toJsonSchema } from '#shared/mcp/schema.ts';
import type { JsonObject, QueueTool } from '#shared/tools/index.ts';
import { answerError } from '../people/errors.ts';
import { eventsApp } from './events.ts';
import { instructions } from './instructions.ts';
import { changeQueueOf, type QueueOptions } from './queue.ts';

/** Larger than any call of a queue tool: ten ids, or a reason of 2,000 characters. */
const maxBodyBytes = 256 * 1024;

/**
 * The MCP app of one blueprint: exactly these tools, over that blueprint's own changes. Beside them, where `get_change` is
 * granted, what became of those changes is told to the program that runs the agent.
 */
export function queueApp(options: {
  readonly queue: QueueOptions;
  readonly tools: readonly QueueTool<ChangeQueue>[];
  readonly readsPerMinute: number;
  readonly allowedHosts: readonly string[];
  readonly version: string;
  readonly onError: OnError;
}): Hono {
  const queue = changeQueueOf(options.queue);
  const tools = new Map(options.tools.map((tool) => [tool.name, tool]));
  const allowed = rateLimit({ perMinute: options.readsPerMinute, key: () => '', now: () => performance.now() });
  const assertRate = (): void => {
    const decision = allowed(undefined);
    if (!decision.allowed) throw tooMany(decision.retryAfterMs);
  };
  const app = mcpApp({
    name: 'countersign-approvals',
    version: options.version,
    instructions,
    allowedHosts: options.allowedHosts,
    maxBodyBytes,
    onError: options.onError,
    tools: options.tools.map(listing),
    call: async (name, args, context) => {
      const tool = tools.get(name);
      if (!tool) throw new AppError('unknown_tool', `There is no tool ${name} here.`);
      assertRate();
      const output = await tool.run(parseArguments(tool.input, args), queue, context);
      return tool.output.parse(output) as JsonObject;
    },
  });
  if (!tools.has('get_change')) return app;
  const { ledger, owner } = options.queue;
  const events = eventsApp({ ledger, owner, assertRate });
  events.onError(answerError((_what, { id = '', error } = {}) => options.onError(error, id)));
  return app.route('/', events);
}

function listing({ name, title, description, input, output, readOnly }: QueueTool<ChangeQueue>): ToolListing {
  return {
    name,
    title,
    description,
    inputSchema: toJsonSchema(input, 'input'),
    outputSchema: toJsonSchema(output, 'output'),
    // Nothing outside the suite is touched by any of them; what they change waits for a person or stops waiting.
    annotations: { readOnlyHint: readOnly, destructiveHint: false, idempotentHint: readOnly, openWorldHint: false },
  };
}

function tooMany(retryAfterMs: number): AppError {
  return new AppError('limit_reached', 'The blueprint allows no more calls this minute.', {
    next: `Call again in ${Math.ceil(retryAfterMs / 1000)} s.`,
  });
}
