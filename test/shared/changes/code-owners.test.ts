import { afterEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { parsePeople } from '#shared/people/load.ts';
import { type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';

const issuer = 'https://id.example';
const of = (subject: string) => ({ issuer, subject });
const [alice, bob, carol] = [of('u-alice'), of('u-bob'), of('u-carol')];

const everybody = `people:
  alice: { sign_in: [{ issuer: "${issuer}", subject: u-alice }], accounts: { github: Alice-GH }, groups: [platform] }
  bob: { sign_in: [{ issuer: "${issuer}", subject: u-bob }], accounts: { github: bob }, groups: [db] }
  carol: { sign_in: [{ issuer: "${issuer}", subject: u-carol }], groups: [leads] }
teams: { Acme/DB: db, acme/cloud: cloud }
`;
const listed = (text: string) => parsePeople({ text, source: 'people.yaml' });

let kit: NotesKit;
afterEach(() => kit.close());

async function start(
  rule: string,
  owned: Readonly<Record<string, readonly string[]>>,
  signIn: 'link' | 'provider' = 'provider',
) {
  kit = await notesKit({ more: `review: { ${rule} }`, people: everybody, signIn });
  for (const [note, owners] of Object.entries(owned)) kit.store.owned.set(note, owners);
}

const asked = async (...notes: readonly string[]): Promise<string> =>
  (await kit.propose(Object.fromEntries(notes.map((note) => [note, 'new'])))).changeId;

async function reviewOf(id: string) {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('nothing is sealed');
  return unseal(kept).body.review;
}

function edit(rule: string): void {
  kit.blueprints.set(kit.blueprint.name, notesBlueprint(['a', 'b', 'c'], `review: { ${rule} }`));
}

const owners = 'default: { by: [codeowners] }';

describe('code owners', () => {
  test('each approve what is theirs, and who owns what is sealed', async () => {
    await start(owners, {
      a: ['@alice-gh', '@acme/nobody'],
      b: ['@ACME/db', 'bob@example.com'],
      c: ['@alice-gh', '@acme/nobody'],
    });
    const id = await asked('a', 'b', 'c');
    expect(await reviewOf(id)).toEqual({
      by: ['codeowners'],
      quorum: 1,
      owners: {
        file: { path: 'OWNERS', commit: 'c1' },
        unread: [7],
        sets: [
          { paths: ['a', 'c'], owners: ['@acme/nobody', '@alice-gh'], by: ['person:alice'] },
          { paths: ['b'], owners: ['@ACME/db', 'bob@example.com'], by: ['group:db'] },
        ],
      },
    });
    await expect(kit.decide(id, 'approve', carol)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await kit.decide(id, 'approve', alice)).toBe('pending');
    expect(await kit.decide(id, 'approve', bob)).toBe('approved');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    const { db, vault } = kit.ledger;
    expect(await auditLedger(db, { keys: kit.context.keys(), vault })).toMatchObject({ found: 0 });
  });

  test('are asked for once, and not at all by a rule that does not want them', async () => {
    await start(`rules: [{ flags: [deletion], reaches: none, by: [codeowners] }], default: { by: ["group:leads"] }`, {
      a: ['@bob'],
    });
    await asked('a');
    expect(kit.store.log.filter((call) => call.startsWith('owners'))).toEqual([]);
  });

  test('may be groups that the identity provider claims', async () => {
    await start(owners, { a: ['@acme/cloud'] });
    const id = await asked('a');
    expect(await kit.decide(id, 'approve', of('u-dave'), ['cloud'])).toBe('approved');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('are beside a quorum, to which everybody counts who is named', async () => {
    await start('default: { by: [codeowners, "group:leads"], quorum: 2 }', { a: ['@alice-gh'] });
    const id = await asked('a');
    expect(await kit.decide(id, 'approve', carol)).toBe('pending');
    await expect(kit.decide(id, 'approve', bob)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await kit.decide(id, 'approve', alice)).toBe('approved');
  });

  test('are not replaced by who is named beside them', async () => {
    await start('default: { by: [codeowners, "group:leads"] }', { a: ['@alice-gh'] });
    const id = await asked('a');
    expect(await kit.decide(id, 'approve', carol)).toBe('pending');
    expect(await kit.decide(id, 'approve', alice)).toBe('approved');
  });
});

describe('what nobody owns', () => {
  test('is decided by those who are named besides', async () => {
    await start('default: { by: [codeowners, "group:leads"] }', { a: ['@alice-gh'] });
    const id = await asked('a', 'b');
    expect(await kit.decide(id, 'approve', alice)).toBe('pending');
    expect(await kit.decide(id, 'approve', carol)).toBe('approved');
  });

  test('or as the default says, which then has to be met as well', async () => {
    const rules = 'rules: [{ tools: [set_notes], by: [codeowners], quorum: 1, exclude: [] }]';
    await start(`${rules}, default: { by: ["group:leads", "group:db"], quorum: 2, exclude: [sponsor] }`, {
      a: ['@alice-gh'],
    });
    const id = await asked('b');
    const { owners: _, ...review } = await reviewOf(id);
    expect(review).toEqual({
      by: ['codeowners', 'group:leads', 'group:db'],
      quorum: 2,
      exclude: ['sponsor'],
      rule: { index: 0 },
    });
    expect(await kit.decide(id, 'approve', bob)).toBe('pending');
    expect(await kit.decide(id, 'approve', carol)).toBe('approved');
    const { changeId } = await kit.propose({ a: 'new' });
    expect(await reviewOf(changeId)).toMatchObject({ by: ['codeowners'], quorum: 1 });
  });
});

describe('a change is refused when it is proposed', () => {
  test.each<readonly [string, string, Readonly<Record<string, readonly string[]>>]>([
    ['whose owners the list of people does not know', owners, { a: ['@eve', 'alice@example.com', '@acme/other'] }],
    ['that nobody owns, where the rule names nobody besides', owners, {}],
    ['of which one file has no owner whom anybody knows', owners, { a: ['@alice-gh'], b: ['@eve'] }],
    [
      'whose one owner is the sponsor, who is left out',
      'default: { by: [codeowners], exclude: [sponsor] }',
      { a: ['@alice-gh'] },
    ],
    ['that wants more people than own it', 'default: { by: [codeowners], quorum: 2 }', { a: ['@alice-gh'] }],
    ['whose team is a group that nobody is in', owners, { a: ['@acme/cloud'] }],
  ])('%s', async (_what, rule, owned) => {
    await start(rule, owned, 'link');
    const refused = await asked('a', ...Object.keys(owned).filter((note) => note !== 'a')).catch(
      (error: Error) => error,
    );
    expect(refused).toMatchObject({ code: 'not_permitted', message: expect.stringContaining('Nobody could approve') });
    expect(String(refused)).not.toMatch(/@/);
    expect(await kit.ledger.db.selectFrom('changes').selectAll().execute()).toEqual([]);
  });
});

describe('the executor asks again', () => {
  test.each([
    ['who has another account by now', everybody.replace('Alice-GH', 'somebody-else')],
    ['who is off the list', everybody.replace(/ {2}alice.*\n/, '')],
  ])('and an owner does not count %s', async (_who, text) => {
    await start('default: { by: [codeowners, "group:leads"], quorum: 2 }', { a: ['@alice-gh'] });
    const id = await asked('a');
    await kit.decide(id, 'approve', alice);
    await kit.decide(id, 'approve', carol);
    kit.people = listed(text);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
    expect(kit.store.get('a').text).toBe(null);
  });

  test('and a rule that wants owners only now is not met by anybody', async () => {
    await start('default: { by: ["group:platform"] }', { a: ['@alice-gh'] });
    const id = await asked('a');
    await kit.decide(id, 'approve', alice);
    edit(owners);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('revoked');
  });

  test('and a rule that still wants them goes by what was sealed', async () => {
    await start(owners, { a: ['@alice-gh'] });
    const id = await asked('a');
    await kit.decide(id, 'approve', alice);
    kit.store.owned.set('a', ['@bob']);
    edit('default: { by: [codeowners, "group:leads"], expires: 48h }');
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });
});

describe('a restore', () => {
  test('that an agent asks for is decided by who owns the files then', async () => {
    await start(owners, { a: ['@alice-gh'] });
    const id = await asked('a');
    await kit.decide(id, 'approve', alice);
    await workAll(kit.context);
    kit.store.owned.set('a', ['@bob']);
    const wanted = { change_id: id, choice: 'refuse', reason: 'wrong' } as const;
    const changeId = await requestRestore(kit.context, { blueprint: kit.blueprint }, wanted);
    await workAll(kit.context);
    await expect(kit.decide(changeId, 'approve', alice)).rejects.toMatchObject({ code: 'not_permitted' });
    expect(await kit.decide(changeId, 'approve', bob)).toBe('approved');
  });

  test('that a person asks for is decided by one of those who owned what is undone', async () => {
    await start(owners, { a: ['@alice-gh'], b: ['@acme/db'] });
    const id = await asked('a', 'b');
    await kit.decide(id, 'approve', alice);
    await kit.decide(id, 'approve', bob);
    await workAll(kit.context);
    const wanted = { change_id: id, choice: 'refuse', reason: 'wrong' } as const;
    const changeId = await requestRestore(kit.context, { person: carol }, wanted);
    await workAll(kit.context);
    expect(await reviewOf(changeId)).toEqual({ by: ['person:alice', 'group:db'], quorum: 1 });
    expect(await kit.decide(changeId, 'approve', bob)).toBe('approved');
  });
});
