import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Client as ModernClient, StreamableHTTPClientTransport as ModernTransport } from '@modelcontextprotocol/client';
import { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as LegacyTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Person, personOf } from './people.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

let suite: TestSuite;
let person: Person;

beforeAll(async () => {
  suite = await startTestSuite();
  person = personOf(suite);
});
afterAll(() => suite.stop());

const proposal = (branch: string) => ({
  repository: 'acme/storefront',
  branch,
  title: 'Say hello',
  reason: 'because',
  files: [{ path: 'docs/hello.md', content: 'hello\n' }],
});

/** Connects each client to a server; all of them have `callTool` in the same shape. */
const clients = {
  'the 1.x client': async (url: string) => {
    const client = new LegacyClient({ name: 'old', version: '1' });
    // Its type of `sessionId` does not know exactOptionalPropertyTypes.
    await client.connect(new LegacyTransport(new URL(url)) as Parameters<typeof client.connect>[0]);
    return client;
  },
  'the 2.x client on 2026-07-28': async (url: string) => {
    const client = new ModernClient({ name: 'new', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new ModernTransport(new URL(url)));
    return client;
  },
};

describe.each(Object.entries(clients))('%s', (name, connect) => {
  it('reads, proposes, waits with progress, and learns the end', async () => {
    const github = await connect(suite.mcpUrl('github'));
    const approvals = await connect(suite.mcpUrl('approvals'));
    try {
      const read = await github.callTool({
        name: 'read_file',
        arguments: { repository: 'acme/storefront', path: 'README.md' },
      });
      expect(read.structuredContent).toMatchObject({ content: expect.stringContaining('# Storefront') });
      const branch = `agent/${name.replaceAll(/[^a-z0-9]+/g, '-')}`;
      const proposed = await github.callTool({ name: 'propose_pull_request', arguments: proposal(branch) });
      const { change_id: id } = proposed.structuredContent as { change_id: string };
      const waiting = approvals.callTool({ name: 'wait_for_change', arguments: { change_ids: [id] } });
      await person.approve(id);
      expect((await waiting).structuredContent).toMatchObject({ settled: true, changes: [{ status: 'applied' }] });
    } finally {
      await Promise.all([github.close(), approvals.close()]);
    }
  });
});

describe('MCP Inspector', () => {
  it.each(['legacy', 'modern'])('proposes a pull request in the %s era', async (era) => {
    const result = await inspector(era, 'propose_pull_request', proposal(`agent/inspector-${era}`));
    expect(result.structuredContent).toMatchObject({ status: 'pending_approval' });
  });
});

async function inspector(era: string, tool: string, args: object): Promise<{ structuredContent: unknown }> {
  const manifest = createRequire(import.meta.url).resolve('@modelcontextprotocol/inspector/package.json');
  const bin = join(dirname(manifest), createRequire(import.meta.url)(manifest).bin['mcp-inspector']);
  const flags = Object.entries(args).flatMap(([key, value]) => [
    '--tool-arg',
    `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  ]);
  const url = suite.mcpUrl('github');
  const call = ['--cli', url, '--transport', 'http', '--protocol-era', era, '--method', 'tools/call'];
  const { stdout } = await promisify(execFile)(process.execPath, [
    bin,
    ...call,
    '--tool-name',
    tool,
    ...flags,
    '--format',
    'json',
  ]);
  const parsed = JSON.parse(stdout);
  return parsed.result ?? parsed;
}
