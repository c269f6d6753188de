import { appendFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { PagePassage } from '../pages.ts';
import { type Engine, pagesAmong } from './engine.ts';

/** It writes all it has with each call, so that it gets slower and slower: after so long the rest is put into its file. */
const mostMs = 15_000;
/** How long one call is waited for. */
const timeout = 60_000;

type Entity = { readonly name: string; readonly entityType: string; readonly observations: readonly string[] };

type Connection = { readonly client: Client; readonly pid: () => number; isOpen: boolean };

async function connect(path: string): Promise<Connection> {
  const program = createRequire(import.meta.url).resolve('@modelcontextprotocol/server-memory/dist/index.js');
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--max-old-space-size=8192', program],
    env: { MEMORY_FILE_PATH: path },
    stderr: 'ignore',
  });
  const client = new Client({ name: 'bench', version: '1' });
  await client.connect(transport);
  const connection: Connection = { client, pid: () => transport.pid ?? -1, isOpen: true };
  client.onclose = () => {
    connection.isOpen = false;
  };
  return connection;
}

/**
 * The reference memory server over stdio: each passage is an entity with its text as what was observed of it. Where the
 * connection ends over a question, that one has failed, and the next one is asked over a new connection.
 */
export async function memoryServer(path: string): Promise<Engine> {
  rmSync(path, { force: true });
  let connection = await connect(path);
  const call = async (name: string, args: Record<string, unknown>) => {
    if (!connection.isOpen) connection = await connect(path);
    return connection.client.callTool({ name, arguments: args }, undefined, { timeout });
  };
  const pageOf: number[] = [];
  const state = { spent: 0, bytes: 0 };
  return {
    add: async (batch) => {
      const entities = batch.flatMap(({ passages }) =>
        passages.map((each) => entityOf(each, pageOf.push(each.page) - 1)),
      );
      const lines = entities.map((entity) => JSON.stringify({ type: 'entity', ...entity }));
      state.bytes += Buffer.byteLength(lines.join('\n')) + 1;
      if (state.spent > mostMs) {
        appendFileSync(path, `\n${lines.join('\n')}`);
        return 'beside';
      }
      const from = performance.now();
      await call('create_entities', { entities });
      state.spent += performance.now() - from;
      return undefined;
    },
    search: async (text) => {
      const { structuredContent } = await call('search_nodes', { query: text });
      const { entities } = structuredContent as { entities: readonly Entity[] };
      return pagesAmong(
        entities.map(({ name }) => Number(name.split(' ')[0])),
        pageOf,
      );
    },
    size: () => state.bytes,
    pid: () => connection.pid(),
    close: () => connection.client.close(),
  };
}

/** Names are unique there, and titles are not. */
function entityOf({ title, heading, text }: PagePassage, id: number): Entity {
  return { name: `${id} ${title} / ${heading}`, entityType: 'passage', observations: [text] };
}
