import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { allCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import { openEmbedded } from '#servers/tickets/embedded/open.ts';
import type { TicketBackendParts } from '#servers/tickets/parts.ts';
import { decide } from '#shared/changes/decide.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { openSigningKey, publishKey } from '#shared/changes/keys.ts';
import { type ProposeContext, propose } from '#shared/changes/propose.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { referable, toolbox } from '#shared/changes/toolbox.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { type Governance, openGovernance } from '#shared/server/governance.ts';
import { startServer } from '#shared/server/start.ts';
import type { Json } from '#shared/tools/index.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { connect } from '#test/servers/github/connect.ts';
import { type RunningForge, startForge } from '#test/servers/github/start-forge.ts';

const blueprint = `
blueprint: chains
goal: Try.
agent: chainer
sponsor: operator
callers: [{ listener: 127.0.0.1 }]
capabilities:
  repo-read: { repositories: [acme/storefront] }
  repo-write: { repositories: [acme/storefront], base: [main], branches: ["agent/*"] }
  ticket-read: { projects: [WEB] }
  ticket-write: { projects: [WEB], to_status: [In review] }
`;
const approver = { issuer: localIssuer, subject: 'operator' };

/** Both servers as their processes put them together, on one ledger. */
async function startBoth() {
  const folder = mkdtempSync(join(tmpdir(), 'ticket-chains-'));
  const forge: RunningForge = await startForge();
  const key = openSigningKey(join(folder, 'key.pem'));
  const config = {
    blueprints: join(folder, 'blueprint.yaml'),
    people: undefined,
    signIn: 'link' as const,
    decisionKeys: join(folder, 'keys.json'),
    ledger: join(folder, 'ledger.db'),
    contentsKeys: undefined,
  };
  publishKey(config.decisionKeys, key);
  writeFileSync(config.blueprints, blueprint);
  await newSqliteLedger(config.ledger);
  const tracker = await openEmbedded({ path: join(folder, 'tracker.db') });
  const logged: string[] = [];
  const common = { leaseMs: 10_000, log: (what: string) => void logged.push(what) };
  const [ofGithub, ofTickets] = [
    await openGovernance(config, allCapabilities),
    await openGovernance(config, allCapabilities),
  ];
  const github = startServer({
    ...common,
    governance: ofGithub,
    name: 'github',
    tools: toolbox(repoCapabilities, referable(ticketCapabilities)),
    backend: { ...connect(forge.url), origin: forge.url },
    accounts: 'github',
  });
  const tickets = startServer({
    ...common,
    governance: ofTickets,
    name: 'tickets',
    tools: toolbox(ticketCapabilities, referable(repoCapabilities)),
    backend: tracker,
    accounts: 'tickets',
  });
  return {
    ...{ github, tickets, tracker, ofTickets, key },
    close: async () => {
      await Promise.all([github.close(), tickets.close()]);
      await forge.close();
      rmSync(folder, { recursive: true });
    },
  };
}

let both: Awaited<ReturnType<typeof startBoth>>;
let governance: Governance;
let tracker: TicketBackendParts;
beforeAll(async () => {
  both = await startBoth();
  governance = both.ofTickets;
  tracker = both.tracker;
});
afterAll(() => both.close());

/** What an agent proposes over MCP, as the server gets it. */
async function proposeOn<R, W, A, T extends Json>(
  context: ProposeContext<R, W, A, T>,
  name: string,
  args: object,
): Promise<string> {
  const found = context.tools.find(name);
  const current = governance.blueprint('chains');
  if (found?.tool.kind !== 'write' || current === null) throw new Error(`${name} is not there`);
  const granted = { tool: found.tool, capability: found.capability };
  return (await propose(context, current, granted, { reason: 'It is wanted.', ...args })).changeId;
}

const pullRequest = (branch: string, more: object = {}) =>
  proposeOn(both.github.context, 'propose_pull_request', {
    ...{ repository: 'acme/storefront', branch, title: 'Say hello', body: 'Hello.' },
    files: [{ path: `${branch.slice(6)}.txt`, content: 'hello\n' }],
    ...more,
  });
const onTicket = (name: string, args: object) => proposeOn(both.tickets.context, name, args);

const sealed = async (id: string) => unseal((await findSealed(governance.ledger.db, id)) ?? { seal: '', body: '' });
const statusOf = async (id: string) => (await findChange(governance.ledger.db, id))?.status;
const decided = async (ids: readonly string[], verb: 'approve' | 'reject' = 'approve') => {
  const changes = await Promise.all(ids.map(async (id) => ({ changeId: id, seal: (await sealed(id)).seal })));
  const { ledger } = governance;
  await decide({ ledger, key: both.key, now: () => new Date() }, { changes, verb, approver, reason: 'As it is.' });
};
const reach = (ids: readonly string[], status: string) =>
  vi.waitFor(async () => expect(await Promise.all(ids.map(statusOf))).toEqual(ids.map(() => status)), {
    timeout: 60_000,
    interval: 20,
  });
const newestComment = async (key: string): Promise<string | undefined> => {
  const ticket = await tracker.reader.ticket(key);
  if (ticket === null) return undefined;
  return (await tracker.reader.comments(ticket, { limit: 1 })).items[0]?.body.text;
};

describe('changes of two servers in one chain', () => {
  test('are decided at once, each by its own seal, and carried out in order', { timeout: 100_000 }, async () => {
    const pull = await pullRequest('agent/one');
    const comment = await onTicket('add_comment', {
      ticket: 'WEB-12',
      body: 'See {{after.pull_request_url}}, commit {{after.commit}}.',
      after: pull,
    });
    const review = await onTicket('transition_ticket', { ticket: 'WEB-12', to_status: 'In review', after: comment });
    await expect(decided([review])).rejects.toMatchObject({ code: 'wrong_state' });
    await decided([pull, comment, review]);
    await reach([pull, comment, review], 'applied');
    expect(await newestComment('WEB-12')).toMatch(
      /^See http:\/\/127\.0\.0\.1:\d+\/acme\/storefront\/pull\/\d+, commit [0-9a-f]{40}\.$/,
    );
    expect((await tracker.reader.ticket('WEB-12'))?.status.name).toBe('In review');
    const seals = await Promise.all([pull, comment, review].map(async (id) => (await sealed(id)).seal));
    expect(new Set(seals).size).toBe(3);
    for (const id of [pull, comment, review]) {
      expect(await decisionsOf(governance.ledger.db, id)).toMatchObject([{ verb: 'approve', subject: 'operator' }]);
    }
  });

  test('may begin with the ticket: a pull request names the one that was made for it', {
    timeout: 100_000,
  }, async () => {
    const ticket = await onTicket('create_ticket', { project: 'WEB', type: 'Task', title: 'Say hello' });
    const pull = await pullRequest('agent/two', {
      body: 'For {{after.ticket_key}} at {{after.ticket_url}}.',
      after: ticket,
    });
    await decided([ticket, pull]);
    await reach([ticket, pull], 'applied');
    const { items } = await both.github.context.readerFor({ kind: 'people' }).pullRequests('acme/storefront', {
      state: 'open',
      head: 'agent/two',
      limit: 1,
    });
    expect(items[0]?.body).toMatch(/\nFor WEB-\d+ at tracker:[\w-]+\/WEB-\d+\./);
  });

  test('end together when the first is rejected; the ticket stays as it was', { timeout: 100_000 }, async () => {
    const pull = await pullRequest('agent/three');
    const comment = await onTicket('add_comment', { ticket: 'WEB-13', body: 'Done.', after: pull });
    const before = await newestComment('WEB-13');
    await decided([pull], 'reject');
    expect([await statusOf(pull), await statusOf(comment)]).toEqual(['rejected', 'stale']);
    expect(await newestComment('WEB-13')).toBe(before);
  });

  test('refer to nothing that the other does not leave behind', async () => {
    const pull = await pullRequest('agent/four');
    const wrong = onTicket('add_comment', { ticket: 'WEB-13', body: '{{after.ticket_url}}', after: pull });
    await expect(wrong).rejects.toMatchObject({
      code: 'invalid_arguments',
      message: expect.stringContaining('only pull_request_url, pull_request_number, branch, commit'),
    });
  });
});
