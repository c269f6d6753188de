import { afterEach, describe, expect, it } from 'vitest';
import type { CallContext } from '#shared/mcp/call-context.ts';
import { clients, type TestClient } from './clients.ts';
import { type Running, run } from './fixture.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

describe.each(clients)('$name in $era', ({ era, connect }) => {
  type Calls = Parameters<typeof run>[0];

  async function start(calls?: Calls): Promise<{ server: Running; client: TestClient }> {
    const server = await run(calls);
    closing.push(server.close);
    const client = await connect(server.endpoint);
    closing.push(client.close);
    return { server, client };
  }

  it('agrees on its protocol and is given the instructions', async () => {
    const { client } = await start();
    expect(client.protocolVersion()).toBe(era);
    expect(client.instructions()).toBe('Say what you mean.');
  });

  it('lists the tools in the order given, with schemas and annotations', async () => {
    const { client } = await start();
    const { tools } = await client.list();
    expect(tools.map((tool) => tool.name)).toEqual(['echo', 'refuse', 'unavailable', 'crash']);
    expect(tools[0]).toMatchObject({
      title: 'echo',
      inputSchema: { type: 'object', additionalProperties: false },
      outputSchema: { type: 'object', required: ['said'] },
      annotations: { readOnlyHint: true },
    });
  });

  it('gets the answer both as structured content and as the same JSON in text', async () => {
    const { client } = await start();
    await client.list();
    const result = await client.call({ name: 'echo', arguments: { text: 'こんにちは' } });
    expect(result.structuredContent).toEqual({ said: 'こんにちは' });
    expect(result.isError).toBeFalsy();
    expect(result.content).toEqual([{ type: 'text', text: '{"said":"こんにちは"}' }]);
  });

  it('may leave the arguments out', async () => {
    const { client } = await start();
    expect((await client.call({ name: 'echo' })).structuredContent).toEqual({ said: 'nothing' });
  });

  it('sees a refusal as code, sentence and next step, also when it checks results against the output schema', async () => {
    const { server, client } = await start();
    await client.list();
    const result = await client.call({ name: 'refuse' });
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toBeUndefined();
    expect(result.content).toEqual([
      { type: 'text', text: 'out_of_scope: acme/secret is not granted. Ask for acme/web.' },
    ]);
    expect(server.reported).toEqual([]);
  });

  it('sees nothing of the cause of an error but the id under which the log has it', async () => {
    const { server, client } = await start();
    const text = (await client.call({ name: 'unavailable' })).content[0]?.text;
    const [report] = server.reported;
    expect(text).toBe(`backend_unavailable: GitHub does not answer. (log id ${report?.id})`);
    expect(report?.error).toMatchObject({ cause: { message: expect.stringContaining('ghs_secret') } });
  });

  it('sees nothing of a crash but an id', async () => {
    const { server, client } = await start();
    const result = await client.call({ name: 'crash' });
    const [report] = server.reported;
    expect(result.isError).toBe(true);
    expect(result.content[0]?.text).toMatch(/^internal: /);
    expect(result.content[0]?.text).toContain(report?.id);
    expect(JSON.stringify(result)).not.toContain('hunter2');
    expect(report?.error).toMatchObject({ message: 'password is hunter2' });
  });

  it('is told of an unknown tool by a protocol error, and no tool hears of it', async () => {
    const { server, client } = await start();
    const unknown = { code: -32602, message: expect.stringContaining('Unknown tool'), data: { code: 'unknown_tool' } };
    for (const name of ['nope', 'constructor', '__proto__', '']) {
      await expect(client.call({ name })).rejects.toMatchObject(unknown);
    }
    expect(server.contexts).toEqual([]);
  });

  it('hears of progress while the call runs, in order', async () => {
    const heard: unknown[] = [];
    const firstHeard = Promise.withResolvers<void>();
    const slow = async (_: unknown, { progress }: CallContext) => {
      await progress({ progress: 1, total: 2, message: 'waiting for approval' });
      await firstHeard.promise;
      await progress({ progress: 2, total: 2 });
      return { said: 'done' };
    };
    const { client } = await start({ slow });
    const result = await client.call(
      { name: 'slow' },
      {
        onprogress: (progress) => {
          heard.push(progress);
          firstHeard.resolve();
        },
      },
    );
    expect(result.structuredContent).toEqual({ said: 'done' });
    expect(heard).toEqual([
      { progress: 1, total: 2, message: 'waiting for approval' },
      { progress: 2, total: 2 },
    ]);
  });

  it('gets the answer of a call that reports progress which nobody asked for', async () => {
    const chatty = async (_: unknown, { progress }: CallContext) => {
      await progress({ progress: 1 });
      return { said: 'done' };
    };
    const { client } = await start({ chatty });
    expect((await client.call({ name: 'chatty' })).structuredContent).toEqual({ said: 'done' });
  });

  it('stops a call by going away, and that is no fault of the server', async () => {
    const running = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const wait = async (_: unknown, { signal, progress }: CallContext) => {
      running.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      await progress({ progress: 9 });
      stopped.resolve();
      throw signal.reason;
    };
    const { server, client } = await start({ wait });
    const call = client.call({ name: 'wait' }, { onprogress: () => {} });
    call.catch(() => {});
    await running.promise;
    await client.close();
    await stopped.promise;
    await expect(call).rejects.toThrow();
    expect(server.reported).toEqual([]);
  });

  it('runs calls side by side, each with its own answer', async () => {
    const both = Promise.withResolvers<void>();
    let arrived = 0;
    const meet = async (args: unknown) => {
      arrived += 1;
      if (arrived === 2) both.resolve();
      await both.promise;
      return { said: (args as { text: string }).text };
    };
    const { client } = await start({ meet });
    const results = await Promise.all(['a', 'b'].map((text) => client.call({ name: 'meet', arguments: { text } })));
    expect(results.map((result) => result.structuredContent)).toEqual([{ said: 'a' }, { said: 'b' }]);
  });

  it('passes on ids for correlation, and only those that look like ids', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { server, client } = await start();
    await client.call({ name: 'echo', _meta: { 'claudecode/toolUseId': 'toolu_01A', traceparent } });
    await client.call({ name: 'echo', _meta: { 'claudecode/toolUseId': 'x\ny', traceparent: 'tomorrow' } });
    await client.call({ name: 'echo' });
    expect(server.contexts.map((context) => context.correlation)).toEqual([
      { toolUseId: 'toolu_01A', traceparent },
      {},
      {},
    ]);
  });
});

describe('cancelling by signal', () => {
  it('reaches the call in the 2026 era', async () => {
    const running = Promise.withResolvers<void>();
    const stopped = Promise.withResolvers<void>();
    const wait = async (_: unknown, { signal }: CallContext) => {
      running.resolve();
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped.resolve();
      return { said: 'never' };
    };
    const server = await run({ wait });
    closing.push(server.close);
    const client = await clients[2].connect(server.endpoint);
    closing.push(client.close);
    const cancel = new AbortController();
    const call = client.call({ name: 'wait' }, { signal: cancel.signal });
    call.catch(() => {});
    await running.promise;
    cancel.abort();
    await stopped.promise;
    await expect(call).rejects.toThrow();
  });
});
