import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

export const token = 'a-token-of-at-least-thirty-two-characters';
export const seal = 'ab'.repeat(32);

const side = { mode: '100644', bytes: 20, sha256: 'cd'.repeat(32), binary: false, line_ends: 'LF' };

/** A change as the console shows it, with texts that a careless console would have let through. */
export const pending = {
  change_id: 'chg_01kagv2xq6w0c5z8t4m1n7p3rd',
  status: 'pending_approval',
  server: 'github',
  tool: 'propose_pull_request',
  requester: { kind: 'agent', name: 'demo-agent', issuer: null },
  blueprint: 'demo-storefront',
  restores: null,
  also: [],
  difference: null as unknown,
  set: null,
  attention: null as object | null,
  created_at: '2026-11-21T21:17:30.896Z',
  updated_at: '2026-11-21T21:17:30.896Z',
  expires_at: '2026-11-22T21:17:30.896Z',
  note: null as string | null,
  summary: 'Open a draft pull request with 3 files: Mend prices',
  seal: seal as string | null,
  choice: null,
  review: {
    by: ['local'],
    quorum: 1,
    exclude: [] as string[],
    rule: 'default',
    approved: 0,
    missing: 1,
    owners: null as object | null,
    step_up: null as string | null,
    decide: null as string | null,
  },
  chain: { earlier: [], later: [] } as { earlier: object[]; later: object[] },
  version: 1,
  versions: { version: 1, last: false, earlier: [] as object[], newer: null as object | null },
  doubt: null,
  left: [],
  broken: false,
  steps: [{ name: 'commit', state: 'waiting', verified: null as boolean | null, link: null as string | null }],
  decisions: [] as object[],
  restored_by: [],
  history: [],
  reason: 'Please.\n\u001b[2J\u202eneve\u200b\u0007',
  content: {
    backend: 'http://127.0.0.1:7100',
    target: '{\n  "repository": "acme/storefront"\n}',
    sponsor: 'operator',
    sponsor_access: null as 'unverified' | null,
    blueprint_digest: 'ef'.repeat(32),
    touches: [],
    reaches: [{ code: 'runs_ci', message: 'It may start CI.' }],
    flags: [{ code: 'deletion', message: 'Deletes "old.txt".' }],
    reversible: { kind: 'partial', lost: ['CI runs.'] },
    restoring: { kept: ['Every file.'], back: ['Every file, byte for byte.'], cannot: ['CI runs.'] },
    plan: '{}',
    references: [] as object[],
    since_base: null as object | null,
    effects: [
      { kind: 'field', target: 'pull request', field: 'title', before: null, after: 'Mend prices\u001b[31m' },
      {
        kind: 'file',
        path: 'src/a.ts',
        moved_from: null,
        moved_to: null,
        before: side,
        after: { ...side, mode: '100755', line_ends: 'CRLF' },
        diff: {
          hunks: [{ old_start: 1, new_start: 1, lines: [' one', '-two\u2066', '+\tthree'] }],
          before_lines: 2,
          after_lines: 2,
          added: 1,
          removed: 1,
          matched: true,
        },
      },
      {
        kind: 'file',
        path: 'logo.png',
        moved_from: null,
        moved_to: null,
        before: null,
        after: { ...side, binary: true, line_ends: null },
        diff: null,
      },
    ],
  },
};

type Change = typeof pending;

export type Console = {
  readonly url: string;
  readonly changes: Map<string, Change>;
  /** What was asked of it, as `POST /api/…` and the body. */
  readonly requests: { readonly what: string; readonly body: unknown }[];
  /** The state that an approved change goes to while it is looked at. */
  outcome: string;
  /** What is answered besides, by `POST /api/…`. */
  readonly answers: Map<string, unknown>;
  readonly close: () => Promise<void>;
};

type Answer = { readonly status: number; readonly body: unknown };

/** A small console: keeps changes, and answers as the approvals server does. */
export async function startConsole(): Promise<Console> {
  const requests: Console['requests'] = [];
  const changes = new Map([[pending.change_id, { ...pending }]]);
  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const state: Console = { url, changes, requests, outcome: 'applied', answers: new Map(), close };

  async function answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? '', 'http://console');
    const body = request.method === 'POST' ? ((await json(request)) as Record<string, string>) : undefined;
    requests.push({ what: `${request.method} ${url.pathname}${url.search}`, body });
    if (request.headers.authorization !== `Bearer ${token}`)
      return refusal(401, 'unauthenticated', 'Nobody is signed in.');
    const besides = state.answers.get(`${request.method} ${url.pathname}`);
    if (besides !== undefined) return { status: 200, body: besides };
    if (url.pathname === '/api/changes') return listed(state, url.searchParams.get('status'));
    const [, id = '', action] = /^\/api\/changes\/([^/]+)(?:\/(\w+))?$/.exec(url.pathname) ?? [];
    const change = changes.get(decodeURIComponent(id));
    if (!change) return refusal(404, 'not_found', 'There is no such change.');
    const act = { decision: decided, assignment: assignedTo, restore: asked }[action ?? ''];
    if (act) return act(change, body ?? {});
    if (action === 'progress' && change.status === 'approved') change.status = state.outcome;
    return { status: 200, body: change };
  }
  return state;
}

function listed({ changes }: Console, status: string | null): Answer {
  const wanted = status === 'pending' ? 'pending_approval' : status;
  const found = [...changes.values()].filter((change) => wanted === null || change.status === wanted);
  const items = found.map(({ content, ...rest }) => ({
    ...rest,
    flags: content.flags.map(({ code }) => code),
    files: 2,
  }));
  return { status: 200, body: { changes: items, next_before: null } };
}

/** A restore was asked for. */
function asked(): Answer {
  return { status: 202, body: { change_id: 'chg_restore' } };
}

function decided(change: Change, body: Record<string, string>): Answer {
  if (change.status === 'expired') return refusal(410, 'expired', 'The change expired before it was decided.');
  if (change.status !== 'pending_approval') return refusal(409, 'wrong_state', `The change is ${change.status}.`);
  if (body['seal'] !== change.seal) return refusal(409, 'seal_mismatch', 'The decision names another seal.');
  if (change.requester.name === 'myself') return refusal(403, 'not_permitted', 'Whoever asked cannot decide alone.');
  change.status = body['decision'] === 'approve' ? 'approved' : 'rejected';
  return { status: 200, body: { change_id: change.change_id, status: change.status } };
}

function assignedTo(change: Change, { to }: Record<string, unknown>): Answer {
  const name = typeof to === 'object' && to !== null && 'person' in to ? String(to.person) : 'operator';
  change.attention = {
    assigned: { id: 7, who: to === 'nobody' ? null : { name } },
    reminded_at: '2026-11-22T01:17:30.896Z',
    escalated: { at: '2026-11-22T05:17:30.896Z', to: ['group:leads'] },
  };
  return { status: 200, body: { change_id: change.change_id, attention: change.attention } };
}

function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { error: { code, message, retryable: false, next: 'Look at it again.' } } };
}
