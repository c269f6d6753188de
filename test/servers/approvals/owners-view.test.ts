import { expect, test } from 'vitest';
import { progressView } from '#servers/approvals/view/progress.ts';
import { type NotesKit, notesKit } from '#test/fakes/notes-kit.ts';

const issuer = 'https://id.example';
const people = `people:
  alice: { sign_in: [{ issuer: "${issuer}", subject: a }], accounts: { github: alice } }
  bob: { sign_in: [{ issuer: "${issuer}", subject: b }], groups: [db] }
teams: { acme/db: db }
`;

const reviewOf = async ({ ledger, context, clock }: NotesKit, id: string) =>
  (await progressView({ ledger, keys: context.keys, now: clock.now }, id)).review;

test('people see which files still wait for one of their owners, and which lines of CODEOWNERS say nothing', async () => {
  const kit = await notesKit({ more: 'review: { default: { by: [codeowners] } }', people, signIn: 'provider' });
  try {
    kit.store.owned.set('a', ['@alice']).set('b', ['@acme/db', '@x\u202ey']);
    const { changeId } = await kit.propose({ a: 'new', b: 'new' });
    await kit.decide(changeId, 'approve', { issuer, subject: 'b' });
    expect(await reviewOf(kit, changeId)).toMatchObject({
      by: ['codeowners'],
      approved: 1,
      missing: 0,
      owners: {
        file: { path: 'OWNERS', commit: 'c1' },
        unread: [7],
        sets: [
          { paths: ['a'], owners: ['@alice'], approved: false },
          { paths: ['b'], owners: ['@acme/db', expect.stringContaining('⟨U+202E')], approved: true },
        ],
      },
    });
  } finally {
    await kit.close();
  }
});

test('and nothing of owners where the rule wants none', async () => {
  const kit = await notesKit();
  try {
    const { changeId } = await kit.propose({ a: 'new' });
    expect(await reviewOf(kit, changeId)).toMatchObject({ by: ['local'], owners: null });
  } finally {
    await kit.close();
  }
});
