import { randomUUID } from 'node:crypto';
import { originValidation } from '@modelcontextprotocol/hono';
import { createMcpHandler, ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { AppError } from '#shared/errors.ts';
import { apiHeaders } from '#shared/guard/api-headers.ts';
import { limitBody } from '#shared/guard/body-limit.ts';
import { type BodyTurns, bodyTurns } from '#shared/guard/body-turns.ts';
import { hostGuard } from '#shared/guard/host.ts';
import { jsonOnly } from '#shared/guard/json-only.ts';
import { refuse } from '#shared/guard/refusal.ts';
import type { JsonObject } from '#shared/tools/json.ts';
import { type CallContext, callContext } from './call-context.ts';
import { listingOf, type ToolListing } from './listing.ts';
import { parseBody } from './parse-body.ts';
import { errorResult, type OnError, successResult } from './results.ts';

export type McpAppOptions = {
  readonly name: string;
  readonly version: string;
  /** A few sentences for the model: how work with these tools goes. */
  readonly instructions: string;
  readonly tools: readonly ToolListing[];
  /** Carries out a call of a listed tool; what it returns is `structuredContent`. Throws AppError. */
  readonly call: (name: string, args: unknown, context: CallContext) => Promise<JsonObject>;
  /** Told of a call of a tool that is not listed, which is refused. */
  readonly unknown?: (name: string) => void;
  /** Host names without port under which this server is reached. */
  readonly allowedHosts: readonly string[];
  readonly maxBodyBytes: number;
  /** Whose turn it is to send a large body; its own unless given. */
  readonly turns?: BodyTurns;
  /** Serves more than MCP, behind the same guards of Host and Origin. */
  readonly routes?: (app: Hono) => void;
  readonly onError?: OnError;
};

/** How long a client of the 2026 revision may keep the listing; a change of the blueprint shows after that. */
const listingTtlMs = 60_000;

/**
 * Serves MCP at `/mcp`, protocol 2026-07-28 and the 2025 revisions, without sessions, and `{"ok": true}` at
 * `/healthz`. Throws for listings that no client could use.
 */
export function mcpApp(options: McpAppOptions): Hono {
  const { allowedHosts, maxBodyBytes, turns = bodyTurns(), onError = () => {} } = options;
  const makeServer = serverFactory(options, onError);
  const handler = createMcpHandler(makeServer, {
    responseMode: 'auto',
    maxRequestBodySize: maxBodyBytes,
    onerror: (error) => onError(error, randomUUID()),
  });
  const app = new Hono();
  app.use(apiHeaders(), hostGuard(allowedHosts), originValidation([...allowedHosts]));
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.post('/mcp', jsonOnly(), limitBody(maxBodyBytes, turns), async (context) => {
    const body = await parseBody(context);
    // A body that is handed over parsed spares the handler a copy of the stream that it would make for its 2025 side.
    return body instanceof Response ? body : handler.fetch(context.req.raw, { parsedBody: body.parsed });
  });
  app.all('/mcp', (context) => handler.fetch(context.req.raw));
  options.routes?.(app);
  app.notFound((context) => refuse(context, 404, new AppError('not_found', 'MCP is served at /mcp.')));
  app.onError((error, context) => {
    const id = randomUUID();
    onError(error, id);
    return refuse(context, 500, new AppError('internal', `The server failed (log id ${id}).`));
  });
  return app;
}

/**
 * One server object serves one request, so making it must cost nothing: the listing is a constant, and the low-level
 * `Server` does no work for each tool.
 */
function serverFactory(
  { name, version, instructions, tools, call, unknown }: McpAppOptions,
  onError: OnError,
): () => Server {
  const listing = listingOf(tools);
  const names: ReadonlySet<string> = new Set(tools.map((tool) => tool.name));
  const options = {
    capabilities: { tools: {} },
    instructions,
    cacheHints: { 'tools/list': { ttlMs: listingTtlMs, cacheScope: 'private' as const } },
  };
  return () => {
    const server = new Server({ name, version }, options);
    server.setRequestHandler('tools/list', ({ params }) => {
      if (params?.cursor === undefined) return listing;
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'The listing has one page; there is no such cursor.');
    });
    server.setRequestHandler('tools/call', async ({ params }, sdkContext) => {
      // Both eras want a protocol error here, not a result with `isError`: in 2025-11-25 and 2026-07-28 alike an
      // unknown tool is -32602, since no tool ran that could have failed.
      if (!names.has(params.name)) {
        unknown?.(params.name);
        const data = { code: 'unknown_tool' };
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown tool: tools/list has those granted.', data);
      }
      const context = callContext(sdkContext);
      try {
        return successResult(await call(params.name, params.arguments ?? {}, context));
      } catch (error) {
        // Nobody is left to read the answer to a call that stopped because its caller went away.
        const expected = context.signal.aborted && isAbort(error, context.signal);
        return errorResult(error, expected ? () => {} : onError);
      }
    });
    return server;
  };
}

function isAbort(error: unknown, signal: AbortSignal): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
