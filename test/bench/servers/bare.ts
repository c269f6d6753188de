import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { Hono } from 'hono';
import { repoCapabilities } from '#capabilities/index.ts';
import { listen } from '#shared/http/listen.ts';
import { proposedOutput } from '#shared/mcp/proposed.ts';
import { runServer } from '#shared/process/run-server.ts';
import { benchRepository } from './repository.ts';

const tools = repoCapabilities.flatMap((capability) => capability.tools);
const reader = benchRepository().reader();

/** The same tools as most servers register theirs, with the schemas as they are and nothing in front of them. */
function makeServer(): McpServer {
  const server = new McpServer({ name: 'bare', version: '1.0.0' });
  for (const tool of tools) {
    const { name, title, description, input: inputSchema } = tool;
    if (tool.kind === 'write') {
      const config = { title, description, inputSchema, outputSchema: proposedOutput };
      server.registerTool(name, config, () => {
        throw new Error('There is no queue here.');
      });
      continue;
    }
    const config = { title, description, inputSchema, outputSchema: tool.output, annotations: { readOnlyHint: true } };
    server.registerTool(name, config, async (input: unknown) => {
      const structuredContent = (await tool.read(input, reader, () => true, [])) as Record<string, unknown>;
      return { content: [{ type: 'text', text: JSON.stringify(structuredContent) }], structuredContent };
    });
  }
  return server;
}

await runServer('bare', async () => {
  const handler = createMcpHandler(makeServer);
  const app = new Hono().all('/mcp', (context) => handler.fetch(context.req.raw));
  const { url, close } = await listen({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
  return { ready: { url: `${url}/mcp` }, close };
});
