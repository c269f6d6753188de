import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { type Answered, personOf } from './people.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

// With its platform binary the SDK has some 380 MB, too much for a dependency.
const wanted = 'wants @anthropic-ai/claude-agent-sdk: install it in any folder, and name its node_modules in NODE_PATH';

it('serves the Claude Agent SDK: tools, answers, errors, and the end of what a person decided', async (context) => {
  const sdk = resolved('@anthropic-ai/claude-agent-sdk');
  if (sdk === undefined) return context.skip(wanted);
  const { query } = await import(pathToFileURL(sdk).href);
  const suite = await startTestSuite();
  context.onTestFinished(() => suite.stop());
  const repository = 'acme/storefront';
  const files = [{ path: 'docs/hello.md', content: 'hello\n' }];
  const pull = { repository, branch: 'agent/sdk', title: 'Say hello', reason: 'As asked.', files };
  const seen: Seen[] = [];
  let approved: Promise<void> | undefined;
  const model = await scriptedModel(seen, [
    () => ({ name: 'mcp__github__read_file', input: { repository, path: 'README.md' } }),
    () => ({ name: 'mcp__github__read_file', input: { repository: 'acme/other', path: 'README.md' } }),
    () => ({ name: 'mcp__github__propose_pull_request', input: pull }),
    ({ result }) => {
      const id = /chg_\w+/.exec(result)?.[0] ?? '';
      approved = personOf(suite).approve(id);
      return { name: 'mcp__approvals__wait_for_change', input: { change_ids: [id] } };
    },
  ]);
  context.onTestFinished(model.close);

  for await (const message of query({ prompt: 'Say hello.', options: optionsFor(suite, model.url) })) {
    if (message.type === 'result') expect(message.subtype).toBe('success');
  }
  await approved;

  const [first, read, refused, proposed, waited] = seen;
  expect(first?.tools).toContainEqual(expect.objectContaining({ name: 'mcp__approvals__propose_restore' }));
  expect(JSON.parse(read?.result ?? '')).toMatchObject({ content: expect.stringContaining('# Storefront') });
  expect(refused).toMatchObject({ failed: true, result: expect.stringMatching(/^out_of_scope: /) });
  expect(JSON.parse(proposed?.result ?? '')).toMatchObject({ status: 'pending_approval' });
  expect(JSON.parse(waited?.result ?? '')).toMatchObject({ settled: true, changes: [{ status: 'applied' }] });
});

/** The configuration that is printed at start, and nothing of the machine that the test runs on. */
function optionsFor(suite: TestSuite, model: string): object {
  const [github, approvals] = [suite.mcpUrl('github'), suite.mcpUrl('approvals')];
  const machine = { PATH: dirname(process.execPath), HOME: join(suite.data, 'agent') };
  const api = { ANTHROPIC_BASE_URL: model, ANTHROPIC_API_KEY: 'none', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
  return {
    mcpServers: { github: { type: 'http', url: github }, approvals: { type: 'http', url: approvals } },
    allowedTools: ['mcp__github__*', 'mcp__approvals__*'],
    ...{ tools: [], settingSources: [], strictMcpConfig: true, permissionMode: 'dontAsk' },
    env: { ...machine, ...api },
  };
}

/** What the model is sent: the tools it has, and the result of its last call. */
type Seen = { readonly tools: readonly object[]; readonly result: string; readonly failed: boolean };
type Turn = (seen: Seen) => { readonly name: string; readonly input: object };

/** A Messages API whose model makes these calls, one a request, and then says that it is done. */
async function scriptedModel(seen: Seen[], turns: readonly Turn[]): Promise<{ url: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    const { tools, messages } = (await json(request)) as Answered;
    const blocks: Answered[] = messages.flatMap((message: Answered) => message.content);
    const last = blocks.findLast((block) => block.type === 'tool_result');
    const now = { tools, result: last?.content ?? '', failed: last?.is_error === true };
    const call = turns[seen.push(now) - 1]?.(now);
    const use = { type: 'tool_use', id: `toolu_${seen.length}`, name: call?.name, input: {} };
    const input = { type: 'input_json_delta', partial_json: JSON.stringify(call?.input) };
    const usage = { input_tokens: 1, output_tokens: 1 };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const events = [
      { type: 'message_start', message: { id: 'msg', type: 'message', role: 'assistant', content: [], usage } },
      { type: 'content_block_start', index: 0, content_block: call ? use : { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: call ? input : { type: 'text_delta', text: 'Done.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: call ? 'tool_use' : 'end_turn' }, usage },
      { type: 'message_stop' },
    ];
    response.end(events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
}

function resolved(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}
