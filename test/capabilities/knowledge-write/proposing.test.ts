import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';
import { knowledgeWrite } from '#capabilities/knowledge-write/capability.ts';
import { personKnower } from '#servers/approvals/sign-in/admission.ts';
import { detailOf } from '#servers/approvals/view/detail.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';
import { decide } from '#shared/changes/decide.ts';
import { localIssuer } from '#shared/changes/entitled.ts';
import { executeApproved } from '#shared/changes/execute.ts';
import { openSigningKey, publishKey, readVerificationKeys } from '#shared/changes/keys.ts';
import { redeemPermit } from '#shared/changes/permit.ts';
import { planAsked } from '#shared/changes/plan-asked.ts';
import { propose } from '#shared/changes/propose.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { toolbox } from '#shared/changes/toolbox.ts';
import type { AppError } from '#shared/errors.ts';
import { findChange } from '#shared/ledger/changes.ts';
import { takeLease } from '#shared/ledger/leases.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { knowledgeSponsors } from '#test/fakes/sponsors.ts';

const capabilities = [knowledgeRead, knowledgeWrite];
const tools = toolbox(capabilities);
const alice = { issuer: localIssuer, subject: 'alice' };
const now = () => new Date('2027-01-02T03:04:05.000Z');

function blueprintWith(written: string, more = '') {
  const text = `blueprint: writer
goal: Keep the handbook.
agent: deps-bot
sponsor: alice
callers: [{ listener: 127.0.0.1 }]
capabilities:
  knowledge-read: { namespaces: [handbook] }
  knowledge-write: ${written}
${more}
`;
  return parseBlueprint({ text, source: 'writer.yaml', capabilities });
}

let dir: string;
let ledger: Awaited<ReturnType<typeof openLedger>>;
let wiki: FakeKnowledge;
let blueprint = blueprintWith('{ namespaces: [handbook] }');

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'countersign-knowledge-'));
  await newSqliteLedger(join(dir, 'ledger.db'));
  ledger = await openLedger(join(dir, 'ledger.db'));
});
afterAll(async () => {
  await ledger.close();
  await rm(dir, { recursive: true });
});
beforeEach(() => {
  wiki = new FakeKnowledge();
  blueprint = blueprintWith('{ namespaces: [handbook] }');
});

function context() {
  const key = openSigningKey(join(dir, 'keys/decision.pem'));
  publishKey(join(dir, 'keys/public.json'), key);
  return {
    ...{
      tools,
      ledger,
      server: 'knowledge',
      backend: 'wiki.example',
      sponsors: knowledgeSponsors().sponsors,
      now,
      key,
    },
    ...{ readerFor: wiki.readerFor.bind(wiki), keys: () => readVerificationKeys(join(dir, 'keys/public.json')) },
    ...{ blueprint: () => blueprint, blueprints: () => [blueprint], executor: 'executor-1', leaseMs: 30_000 },
    door: {
      open: async (permit: Parameters<typeof redeemPermit>[0]) => {
        redeemPermit(permit);
        return wiki.writer();
      },
      done: async () => {},
    },
  };
}

/** A call of an agent, through the scope of its blueprint, as far as the approvers. */
function call(name: string, args: Record<string, unknown>) {
  const granted = tools.find(name);
  if (granted?.tool.kind !== 'write') throw new Error(`no write tool ${name}`);
  const { tool, capability } = granted;
  return propose(context(), blueprint, { tool, capability }, { reason: 'because', ...args });
}

/** Approved by a person, and carried out. */
async function approve(id: string): Promise<void> {
  const seal = (await findSealed(ledger.db, id))?.seal ?? '';
  const known = personKnower(undefined)({ approver: alice, how: 'oidc', name: null, groups: [] });
  await decide(context(), {
    changes: [{ changeId: id, seal }],
    verb: 'approve',
    approver: alice,
    known,
    reason: 'looked at it',
  });
  await work(id, executeApproved);
}

async function work(id: string, what: typeof executeApproved | typeof planAsked): Promise<void> {
  const at = now().getTime();
  const row = await findChange(ledger.db, id);
  const status = row?.status as 'approved' | 'planning';
  await ledger.write((tx) => takeLease(tx, { id, status, executor: 'executor-1', now: at, until: at + 30_000 }));
  await what(context(), id);
}

async function bodyOf(id: string) {
  const kept = await findSealed(ledger.db, id);
  if (kept === undefined) throw new Error('nothing was sealed');
  return unseal(kept).body;
}

async function statusOf(id: string) {
  return (await findChange(ledger.db, id))?.status;
}

const page = async (id: string): Promise<string> => (await wiki.page(id)).body.text;

describe('a page', () => {
  test('is made, changed and put back through sealed changes, with its texts in contents', async () => {
    const long = 'word '.repeat(100_000);
    const made = await call('create_page', { namespace: 'handbook', title: 'Install', text: long });
    expect(made).toMatchObject({ status: 'pending', summary: 'Make the page "Install" in handbook' });
    expect(JSON.stringify(await bodyOf(made.changeId)).length).toBeLessThan(10_000);
    await approve(made.changeId);
    expect(await statusOf(made.changeId)).toBe('applied');
    const [id = ''] = [...wiki.pages.keys()];
    expect(await page(id)).toBe(long);

    const { revision } = await wiki.page(id);
    const edits = [{ find: `${long.slice(-50)}`.trimEnd(), replace: 'x' }];
    await expect(call('update_page', { page: id, expected_version: revision.id, edits })).rejects.toMatchObject({
      code: 'invalid_arguments',
    });
    const changed = await call('update_page', { page: id, expected_version: revision.id, text: 'one\n\ntwo\n' });
    await approve(changed.changeId);
    expect(await page(id)).toBe('one\n\ntwo\n');

    const request = { change_id: changed.changeId, choice: 'refuse', reason: 'wrong' } as const;
    const undone = await requestRestore(context(), { person: alice }, request);
    await work(undone, planAsked);
    await approve(undone);
    expect([await statusOf(undone), await page(id)]).toEqual(['applied', long]);
  });

  test('is shown to an approver with its whole text, line by line against what was there', async () => {
    const id = wiki.add('handbook', { title: 'Install', text: 'one\ntwo\nthree\n' });
    const { revision } = await wiki.page(id);
    const edits = [{ find: 'two', replace: '2\u202e' }];
    const { changeId } = await call('update_page', { page: id, expected_version: revision.id, edits });
    const { content } = await detailOf(context(), changeId);
    expect(content).toMatchObject({
      place: { name: 'handbook', things: ['page "Install"'] },
      flags: [{ code: 'hidden_characters' }],
      effects: [
        {
          ...{ kind: 'field', field: 'text', before: 'one\ntwo\nthree\n' },
          diff: { hunks: [{ lines: [' one', '-two', expect.stringMatching(/^\+2⟨U\+202E/), ' three'] }] },
        },
      ],
    });
  });

  test('that is outside of the scope answers as one that is not there, of a namespace or a page', async () => {
    const secret = wiki.add('board', { title: 'Secret' });
    const told = async (name: string, args: Record<string, unknown>, id: string) => {
      const error: unknown = await call(name, args).catch((thrown: unknown) => thrown);
      const { code, message, next } = error as AppError;
      return { code, message: message.replace(id, 'ID'), next };
    };
    const update = { expected_version: 'R1', text: 'x' };
    const one = await told('update_page', { page: secret, ...update }, secret);
    expect(one).toEqual(await told('update_page', { page: 'P999', ...update }, 'P999'));
    const under = { namespace: 'handbook', title: 'Of a stranger', text: 'x' };
    const other = await told('create_page', { ...under, parent: secret }, secret);
    expect(other).toEqual(await told('create_page', { ...under, parent: 'P999' }, 'P999'));
    expect([one.code, other.code]).toEqual(['not_found', 'not_found']);
    await expect(call('create_page', { ...under, namespace: 'board' })).rejects.toMatchObject({ code: 'out_of_scope' });
  });

  test('is made only under what a scope names, and never moved or trashed unless that is granted by name', async () => {
    const [top, other] = [wiki.add('handbook', { title: 'Team' }), wiki.add('handbook', { title: 'Other' })];
    blueprint = blueprintWith(`{ namespaces: [handbook], under: [${top}] }`);
    const under = { namespace: 'handbook', title: 'T', text: 'x' };
    expect(await call('create_page', { ...under, parent: top })).toMatchObject({ status: 'pending' });
    await expect(call('create_page', { ...under, parent: other })).rejects.toMatchObject({ code: 'not_found' });
    await expect(call('create_page', under)).rejects.toMatchObject({ code: 'out_of_scope' });
    const granted = blueprint.grants.get('knowledge-write')?.tools ?? new Set();
    expect([...granted].toSorted()).toEqual(['comment_on_page', 'create_page', 'update_page']);
  });

  test('of its own can be left to a rule, with what is made under it, and one of somebody else cannot', async () => {
    const tools = '[create_page, update_page]';
    const rule = `{ name: notes, tools: ${tools}, own: true, flags: none, reaches: [notifies], decide: policy }`;
    blueprint = blueprintWith('{ namespaces: [handbook] }', `review: { rules: [${rule}] }`);
    const decides = async (name: string, args: Record<string, unknown>) =>
      (await bodyOf((await call(name, args)).changeId)).review.decide;
    const made = await call('create_page', { namespace: 'handbook', title: 'Notes', text: 'x' });
    expect((await bodyOf(made.changeId)).review.decide).toBeUndefined();
    await approve(made.changeId);
    const [id = ''] = [...wiki.pages.keys()];
    const { revision } = await wiki.page(id);
    const update = { page: id, expected_version: revision.id };
    expect(await decides('update_page', { ...update, text: 'noted' })).toBe('policy');
    expect(await decides('create_page', { namespace: 'handbook', parent: id, title: 'A', text: 'x' })).toBe('policy');
    expect(await decides('update_page', { ...update, text: 'noted, @alice' })).toBeUndefined();
    const theirs = wiki.edit(id, { text: 'corrected' });
    expect(await decides('update_page', { page: id, expected_version: theirs, text: 'y' })).toBeUndefined();
  });
});
