import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from '@modelcontextprotocol/client';
import { Client as Client1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as Transport1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export type CallResult = {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
};

type Options = {
  readonly signal?: AbortSignal;
  readonly onprogress?: (progress: {
    progress: number;
    total?: number | undefined;
    message?: string | undefined;
  }) => void;
};

/** What both generations of the client can do, so that one test speaks for each era. */
export type TestClient = {
  readonly instructions: () => string | undefined;
  readonly protocolVersion: () => string | undefined;
  readonly list: () => Promise<{ readonly tools: readonly { readonly name: string }[] }>;
  readonly call: (
    params: { name: string; arguments?: Record<string, unknown>; _meta?: Record<string, unknown> },
    options?: Options,
  ) => Promise<CallResult>;
  readonly close: () => Promise<void>;
};

const info = { name: 'test-client', version: '0' };

/** `@modelcontextprotocol/sdk` 1.x, protocol 2025-11-25. */
async function client1(endpoint: URL): Promise<TestClient> {
  const client = new Client1(info);
  const transport = new Transport1(endpoint);
  await client.connect(transport as Parameters<Client1['connect']>[0]);
  return {
    instructions: () => client.getInstructions(),
    protocolVersion: () => transport.protocolVersion,
    list: () => client.listTools(),
    call: async (params, options) => (await client.callTool(params, undefined, options)) as CallResult,
    close: () => client.close(),
  };
}

/** `@modelcontextprotocol/client` 2.x in the era that it is told. */
async function client2(endpoint: URL, mode: 'auto' | 'legacy'): Promise<TestClient> {
  const client = new Client2(info, { versionNegotiation: { mode } });
  await client.connect(new Transport2(endpoint));
  return {
    instructions: () => client.getInstructions(),
    protocolVersion: () => client.getNegotiatedProtocolVersion(),
    list: () => client.listTools(),
    call: async (params, options) => (await client.callTool(params, options)) as CallResult,
    close: () => client.close(),
  };
}

export const clients = [
  { name: '1.x client', era: '2025-11-25', connect: client1 },
  { name: '2.x client', era: '2025-11-25', connect: (endpoint: URL) => client2(endpoint, 'legacy') },
  { name: '2.x client', era: '2026-07-28', connect: (endpoint: URL) => client2(endpoint, 'auto') },
] as const;
