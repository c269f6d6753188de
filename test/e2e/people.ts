import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { TestSuite } from './suite.ts';

/** What a tool answered: its structured content, or the text of its error. */
export type Answer = { readonly ok: true; readonly value: Answered } | { readonly ok: false; readonly error: string };
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes; a wrong path fails the test
export type Answered = any;

/** An agent: an MCP client on one server. */
export type Agent = {
  readonly call: (tool: string, args: object) => Promise<Answered>;
  readonly fails: (tool: string, args: object) => Promise<string>;
  readonly tools: () => Promise<string[]>;
  readonly close: () => Promise<void>;
};

/** Connects an agent; `call` throws on an error result, `fails` throws on any other. */
export async function agentOf(url: string): Promise<Agent> {
  const client = new Client({ name: 'e2e', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  const answer = async (name: string, args: object): Promise<Answer> => {
    const result = await client.callTool({ name, arguments: args as Record<string, unknown> });
    const [first] = result.content;
    return result.isError
      ? { ok: false, error: first?.type === 'text' ? first.text : '' }
      : { ok: true, value: result.structuredContent };
  };
  return {
    call: async (tool, args) => {
      const got = await answer(tool, args);
      if (!got.ok) throw new Error(`${tool}: ${got.error}`);
      return got.value;
    },
    fails: async (tool, args) => {
      const got = await answer(tool, args);
      if (got.ok) throw new Error(`${tool} did not fail: ${JSON.stringify(got.value)}`);
      return got.error;
    },
    tools: async () => (await client.listTools()).tools.map((tool) => tool.name),
    close: () => client.close(),
  };
}

/** A person at the decision API. */
export type Person = {
  readonly get: (path: string) => Promise<{ status: number; body: Answered }>;
  readonly post: (path: string, body: object) => Promise<{ status: number; body: Answered }>;
  readonly change: (id: string) => Promise<Answered>;
  readonly approve: (id: string) => Promise<void>;
  /** Approves and waits until the change has come to an end. */
  readonly carryOut: (id: string) => Promise<Answered>;
  /** Asks for a restore and waits until it has a plan, or an end. */
  readonly restore: (id: string, choice?: string) => Promise<Answered>;
  /** Waits until the change is in one of these states. */
  readonly reaches: (id: string, states: readonly string[]) => Promise<Answered>;
};

/** How long something may take that is on its way: only what hangs takes longer, on however busy a machine. */
export const patienceMs = 60_000;

/** Pauses between one look and the next, each a little longer: who asks takes the time of who is to answer. */
export function* pauses(): Generator<() => Promise<void>, never> {
  for (let ms = 20; ; ms = Math.min(ms * 1.3, 100)) yield () => new Promise((resolve) => setTimeout(resolve, ms));
}

export const ended = ['applied', 'rejected', 'withdrawn', 'expired', 'stale', 'revoked', 'failed', 'partial'];

export function personOf(suite: TestSuite, token: string = suite.approverToken): Person {
  const request = async (method: string, path: string, body?: object): Promise<{ status: number; body: Answered }> => {
    const response = await fetch(`${suite.consoleUrl()}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return { status: response.status, body: await response.json().catch(() => null) };
  };
  const change = async (id: string): Promise<Answered> => {
    const { status, body } = await request('GET', `/api/changes/${id}`);
    if (status !== 200) throw new Error(`${id}: ${status} ${JSON.stringify(body)}`);
    return body;
  };
  const reaches: Person['reaches'] = async (id, states) => {
    const deadline = performance.now() + patienceMs;
    for (const pause of pauses()) {
      const { body: found } = await request('GET', `/api/changes/${id}/progress`);
      if (states.includes(found.status)) return found;
      if (performance.now() > deadline) throw new Error(`${id} is ${found.status} (${found.note}), not ${states}`);
      await pause();
    }
  };
  const approve: Person['approve'] = async (id) => {
    const { seal } = await change(id);
    const answer = await request('POST', `/api/changes/${id}/decision`, { decision: 'approve', seal, reason: '' });
    if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
  };
  return {
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, body),
    change,
    reaches,
    approve,
    carryOut: async (id) => {
      await approve(id);
      return reaches(id, ended);
    },
    restore: async (id, choice = 'refuse') => {
      const { body } = await request('POST', `/api/changes/${id}/restore`, { reason: 'put it back', choice });
      return reaches(body.change_id, ['pending_approval', ...ended]);
    },
  };
}
