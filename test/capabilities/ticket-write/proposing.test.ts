import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { propose } from '#shared/changes/propose.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import type { AppError } from '#shared/errors.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { ticketSponsors } from '#test/fakes/sponsors.ts';
import { statuses } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';

const tools = toolbox(ticketCapabilities);
const blueprint = parseBlueprint({
  text: `blueprint: helper
goal: Work on tickets.
agent: ticket-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  ticket-read: { projects: [WEB, OPS] }
  ticket-write: { projects: [WEB], to_status: [In review, Done] }
`,
  source: 'helper.yaml',
  capabilities: allCapabilities,
});

let dir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'countersign-tickets-'));
  await newSqliteLedger(join(dir, 'ledger.db'));
  ledger = await openLedger(join(dir, 'ledger.db'));
});
afterAll(async () => {
  await ledger.close();
  await rm(dir, { recursive: true });
});

function withTickets(): FakeTracker {
  const tracker = new FakeTracker();
  for (const project of ['WEB', 'OPS', 'HELP']) tracker.add(project, { status: statuses.inProgress });
  return tracker;
}

/** A call of an agent, through the scope of its blueprint, as far as the approvers. */
function call(name: string, args: Record<string, unknown>, tracker = withTickets()) {
  const granted = tools.find(name);
  if (granted?.tool.kind !== 'write') throw new Error(`no write tool ${name}`);
  const context = {
    ...{ tools, ledger, server: 'tickets', backend: 'https://tickets.example', sponsors: ticketSponsors().sponsors },
    ...{ readerFor: () => tracker.reader(), now: () => new Date() },
  };
  const { tool, capability } = granted;
  return propose(context, blueprint, { tool, capability }, { reason: 'because', ...args });
}

async function sealed({ changeId }: { readonly changeId: string }) {
  const kept = await findSealed(ledger.db, changeId);
  if (kept === undefined) throw new Error('nothing was sealed');
  return unseal(kept).body;
}

describe('a call of an agent', () => {
  test('is sealed with what it brings, and what stands on the ticket', async () => {
    const change = await call('transition_ticket', { ticket: 'WEB-1', to_status: 'in review' });
    expect(change).toMatchObject({ status: 'pending', summary: 'Bring WEB-1 to "In review" by "Ask for review"' });
    expect(await sealed(change)).toMatchObject({
      target: { projectId: '1', project: 'WEB', ticketId: 'T1' },
      effects: [{ field: 'status', before: 'In progress', after: 'In review' }],
      stands_on: [{ thing: 'ticket:T1', version: expect.stringMatching(/^[0-9a-f]{32}$/) }],
      steps: ['transition'],
    });
  });

  test('that cannot be is told what is granted of what can, and nothing else', async () => {
    const refused = call('transition_ticket', { ticket: 'WEB-1', to_status: 'Done' });
    await expect(refused).rejects.toMatchObject({
      code: 'conflict',
      next: 'What leads on from there, of what is granted: "Ask for review" to "In review".',
    });
  });

  test('is told what is not granted of a ticket that is, and of others that there is none', async () => {
    await expect(call('transition_ticket', { ticket: 'WEB-1', to_status: 'To do' })).rejects.toMatchObject({
      code: 'not_permitted',
      message: 'Bringing a ticket to the status "To do" is not granted.',
      next: expect.stringMatching(/^Granted: ".*; for more, ask a person to widen the blueprint\.$/),
    });
    const told = async (ticket: string) => {
      const error: unknown = await call('add_comment', { ticket, body: 'x' }).catch((thrown: unknown) => thrown);
      const { code, message, next } = error as AppError;
      return { code, message: message.replace(ticket, 'KEY'), next };
    };
    expect(await told('OPS-1')).toEqual(await told('OPS-9'));
    expect((await told('HELP-1')).code).toBe('not_found');
  });

  test('may refer to what an earlier change of its own leaves, and to nothing that this will not have', async () => {
    const tracker = withTickets();
    const first = await call('add_comment', { ticket: 'WEB-1', body: 'First' }, tracker);
    const after = first.changeId;
    const body = 'As said in {{after.comment_url}}';
    const second = await call('add_comment', { ticket: 'WEB-1', body, after }, tracker);
    expect(await sealed(second)).toMatchObject({ after: { change_id: after }, effects: [{ after: body }] });
    const wrong = call('add_comment', { ticket: 'WEB-1', body: '{{after.commit}}', after }, tracker);
    await expect(wrong).rejects.toMatchObject({ code: 'invalid_arguments' });
  });

  test('of which a new version is proposed is for the same ticket', async () => {
    const tracker = withTickets();
    tracker.add('WEB');
    const { changeId: supersedes } = await call('add_comment', { ticket: 'WEB-1', body: 'One' }, tracker);
    const other = call('add_comment', { ticket: 'WEB-2', body: 'Two', supersedes }, tracker);
    await expect(other).rejects.toMatchObject({ code: 'invalid_arguments' });
    await call('add_comment', { ticket: 'WEB-1', body: 'Two', supersedes }, tracker);
  });
});
