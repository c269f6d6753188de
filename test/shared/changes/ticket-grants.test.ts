import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { allCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { auditLedger } from '#shared/changes/audit.ts';
import { decide } from '#shared/changes/decide.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { grantDecider } from '#shared/changes/decide-by-grant.ts';
import { executeApproved } from '#shared/changes/execute.ts';
import type { ExecutorContext } from '#shared/changes/executor-context.ts';
import { openSigningKey, publishKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { redeemPermit } from '#shared/changes/permit.ts';
import { propose } from '#shared/changes/propose.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { findGrant, grantStanding } from '#shared/ledger/grants.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { noVault } from '#shared/ledger/vault.ts';
import { alice, ledgers } from '#test/fakes/notes-kit.ts';
import { ticketSponsors } from '#test/fakes/sponsors.ts';
import { statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';

const tools = toolbox(ticketCapabilities);
const grant = '{ changes: 9, bytes: 1000, for: 72h }';
const blueprint = parseBlueprint({
  text: `blueprint: helper
goal: Work on tickets.
agent: ticket-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  ticket-read: { projects: [WEB, OPS] }
  ticket-write: { projects: [WEB, OPS], to_status: [In progress, In review, Done] }
review:
  rules:
    - { tools: [create_ticket], grant: ${grant} }
    - { tools: [transition_ticket], to_status: [In progress], grant: ${grant} }
    - { tools: [update_ticket], fields: [title], grant: ${grant} }
    - { tools: [add_comment], grant: ${grant} }
`,
  source: 'helper.yaml',
  capabilities: allCapabilities,
});

const labelled = parseBlueprint({
  text: `blueprint: labelled
goal: Work on tickets that people put a label on for it.
agent: label-bot
sponsor: alice
callers: [{ listener: 127.0.0.2 }]
capabilities:
  ticket-read: { projects: [WEB], labels: [agent] }
  ticket-write: { projects: [WEB], labels: [agent], fields: [title, parent] }
`,
  source: 'labelled.yaml',
  capabilities: allCapabilities,
});

/** Everything between an agent and a tracker: a ledger, keys, the approvals server's decisions and an executor. */
async function start() {
  const dir = await mkdtemp(join(tmpdir(), 'countersign-ticket-grants-'));
  const ledger = await ledgers.open(await ledgers.make(dir));
  const key = openSigningKey(join(dir, 'key.pem'));
  publishKey(join(dir, 'keys.json'), key);
  const tracker = new FakeTracker();
  tracker.add('WEB', { status: statuses.inProgress });
  tracker.add('WEB', { status: statuses.toDo });
  const keys = () => readVerificationKeys(join(dir, 'keys.json'));
  const now = () => new Date();
  const context: ExecutorContext<TicketReader, TicketWriter, TicketAsk, TicketTarget> = {
    ...{
      tools,
      server: 'tickets',
      backend: 'https://tickets.example',
      sponsors: ticketSponsors().sponsors,
      ledger,
      now,
    },
    ...{ readerFor: () => tracker.reader(), approvers: {}, keys, executor: 'executor-1', leaseMs: 30_000 },
    blueprint: (name) => [blueprint, labelled].find((each) => each.name === name) ?? null,
    door: {
      open: async (permit) => {
        redeemPermit(permit);
        return tracker.writer();
      },
      done: async () => {},
    },
  };
  const close = async () => {
    await ledger.close();
    await rm(dir, { recursive: true, force: true });
  };
  return { ledger, tracker, context, key, keys, now, close };
}

let kit: Awaited<ReturnType<typeof start>>;
afterEach(() => kit.close());

async function asked(name: string, args: Record<string, unknown>, by = blueprint): Promise<string> {
  const found = tools.find(name);
  if (found?.tool.kind !== 'write') throw new Error(`no write tool ${name}`);
  const granted = { tool: found.tool, capability: found.capability };
  return (await propose(kit.context, by, granted, { reason: 'because', ...args })).changeId;
}

const statusOf = async (id: string) => (await findChange(kit.ledger.db, id))?.status;

async function carriedOut(id: string): Promise<void> {
  const { ledger, context, now } = kit;
  const at = now().getTime();
  const lease = { id, status: 'approved', executor: context.executor, now: at, until: at + context.leaseMs } as const;
  await ledger.write((tx) => takeLease(tx, lease));
  await executeApproved(context, id);
}

/** A change that is approved with all that it offers, and carried out. */
async function granted(name: string, args: Record<string, unknown>): Promise<string> {
  const changeId = await asked(name, args);
  await approved(changeId);
  await carriedOut(changeId);
  expect(await statusOf(changeId)).toBe('applied');
  return changeId;
}

async function approved(changeId: string): Promise<void> {
  const kept = await findSealed(kit.ledger.db, changeId);
  if (kept === undefined) throw new Error('nothing was sealed');
  const { ledger, key, now } = kit;
  const changes = [{ changeId, seal: kept.seal }];
  const said = { verb: 'approve', approver: alice, reason: 'as it is', grant: unseal(kept).body.review.grant } as const;
  await decide({ ledger, key, now }, { changes, ...said });
}

/** Lets the approvals server look at a follow-up; answers whether the grant covers it. */
async function covers(name: string, args: Record<string, unknown>): Promise<boolean> {
  const id = await asked(name, args);
  const { ledger, key, keys, now } = kit;
  const isDecided = await decideAutomatically({ ledger, key, now, deciders: [grantDecider({ keys })] }, id);
  if (isDecided) await carriedOut(id);
  expect(await statusOf(id)).toBe(isDecided ? 'applied' : 'pending');
  return isDecided;
}

async function endOf(changeId: string): Promise<string | null> {
  const row = await findGrant(kit.ledger.db, { change: changeId });
  return (await grantStanding(kit.ledger.db, row?.id ?? ''))?.end?.why ?? null;
}

const comment = { body: 'Begun.' };
const newTicket = { project: 'WEB', type: 'Bug', title: 'Broken basket' };

describe('a grant that is given with a new ticket', () => {
  test('covers what follows on that ticket, and on no other', async () => {
    kit = await start();
    const origin = await granted('create_ticket', newTicket);
    expect(kit.tracker.ticket('WEB-3').title).toBe('Broken basket');
    expect(await covers('add_comment', { ticket: 'WEB-3', ...comment })).toBe(true);
    expect(await covers('transition_ticket', { ticket: 'WEB-3', to_status: 'In progress' })).toBe(true);
    expect(await covers('update_ticket', { ticket: 'WEB-3', title: 'Broken cart' })).toBe(true);
    expect(await covers('add_comment', { ticket: 'WEB-1', ...comment })).toBe(false);
    expect(await covers('create_ticket', { ...newTicket, title: 'Another' })).toBe(false);
    expect(await endOf(origin)).toBeNull();
    const { findings } = await auditLedger(kit.ledger.db, { keys: kit.keys(), vault: noVault });
    expect(findings).toEqual([]);
  });

  test('does not follow the ticket into another project', async () => {
    kit = await start();
    const origin = await granted('create_ticket', newTicket);
    const { key } = kit.tracker.move('WEB-3', 'OPS');
    expect(await covers('add_comment', { ticket: key, ...comment })).toBe(false);
    expect(await endOf(origin)).toBeNull();
  });
});

describe.each([
  ['transition_ticket', { ticket: 'WEB-2', to_status: 'In progress' }],
  ['update_ticket', { ticket: 'WEB-2', title: 'Another title' }],
  ['create_ticket', newTicket],
])('a grant that is given with %s', (name, args) => {
  const ticket = name === 'create_ticket' ? 'WEB-3' : 'WEB-2';

  test('covers what follows on its ticket until somebody else has worked on that, and lasts when they say something', async () => {
    kit = await start();
    const origin = await granted(name, args);
    kit.tracker.say(ticket, 'Why?');
    expect(await covers('update_ticket', { ticket, title: 'A second title' })).toBe(true);
    expect(await covers('add_comment', { ticket: 'WEB-1', ...comment })).toBe(false);
    kit.tracker.edit(ticket, { title: 'Theirs' });
    expect(await endOf(origin)).toBeNull();
    expect(await covers('update_ticket', { ticket, title: 'Ours again' })).toBe(false);
    expect(await endOf(origin)).toBe('others');
  });

  test('ends with a flag', async () => {
    kit = await start();
    const origin = await granted(name, args);
    expect(await covers('add_comment', { ticket, body: 'See there, @bob.' })).toBe(false);
    expect(await endOf(origin)).toBe('flag');
  });

  test('ends with the ticket', async () => {
    kit = await start();
    const origin = await granted(name, args);
    kit.tracker.edit(ticket, { status: statuses.done });
    expect(await covers('add_comment', { ticket, ...comment })).toBe(false);
    expect(await endOf(origin)).toBe('closed');
  });
});

test('a grant that is given with a comment covers more of them, and what others made of the ticket ends it', async () => {
  kit = await start();
  const origin = await granted('add_comment', { ticket: 'WEB-1', ...comment });
  expect(await covers('add_comment', { ticket: 'WEB-1', body: 'Half of it is there.' })).toBe(true);
  expect(await covers('add_comment', { ticket: 'WEB-2', ...comment })).toBe(false);
  expect(await endOf(origin)).toBeNull();
  expect(await covers('transition_ticket', { ticket: 'WEB-1', to_status: 'In review' })).toBe(false);
  expect(await endOf(origin)).toBe('others');
});

describe('an approved change', () => {
  /** Two tickets with the label, of which others are told by their keys: WEB-3 and WEB-4. */
  const begin = async () => {
    kit = await start();
    for (const _ of [3, 4]) kit.tracker.add('WEB', { labels: ['agent'] });
  };

  test('of a ticket that people take the label off is not carried out, which is told of no place', async () => {
    await begin();
    const id = await asked('update_ticket', { ticket: 'WEB-3', title: 'Ours' }, labelled);
    await approved(id);
    kit.tracker.edit('WEB-3', { labels: ['other'] });
    await carriedOut(id);
    expect(await findChange(kit.ledger.db, id)).toMatchObject({
      status: 'revoked',
      note: 'What it would write to is no longer such as its blueprint grants.',
    });
    expect(kit.tracker.ticket('WEB-3').title).not.toBe('Ours');
  });

  test('makes no ticket a part of one that the agent may not read any more', async () => {
    await begin();
    const ids = [await asked('update_ticket', { ticket: 'WEB-3', parent: 'WEB-4' }, labelled)];
    ids.push(await asked('update_ticket', { ticket: 'WEB-3', title: 'Ours' }, labelled));
    for (const id of ids) await approved(id);
    kit.tracker.edit('WEB-4', { labels: [] });
    for (const id of ids) await carriedOut(id);
    expect(await Promise.all(ids.map(statusOf))).toEqual(['revoked', 'applied']);
    expect(kit.tracker.ticket('WEB-3')).toMatchObject({ parent: null, title: 'Ours' });
  });
});
