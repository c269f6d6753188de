import { expect, test } from 'vitest';
import { progressView } from '#servers/approvals/view/progress.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { reviewDecider } from '#shared/changes/decide-by-review.ts';
import { lookAtReviews } from '#shared/changes/watch-reviews.ts';
import type { BackendReview } from '#shared/tools/index.ts';
import { notesKit } from '#test/fakes/notes-kit.ts';

const people = `people:
  alice: { sign_in: [{ issuer: "https://id.test", subject: a }], accounts: { github: alice-gh } }
  carol: { sign_in: [{ issuer: "https://id.test", subject: c }], accounts: { github: carol-gh } }
`;

const review = (login: string, more: Partial<BackendReview> = {}): BackendReview => ({
  ...{ id: login, state: 'approved', head: 'v0', account: login, login, mayWrite: true },
  ...{ submittedAt: '2027-01-02T03:00:00Z', ...more },
});

test('people see which commit waits for whose review, why those that were given are not enough, and what approved it', async () => {
  const more = 'review: { rules: [{ tools: [set_notes], by: [github_review] }] }';
  const kit = await notesKit({ more, people, reviews: true });
  try {
    const known = () => kit.people ?? expect.unreachable();
    const view = (id: string) =>
      progressView({ ledger: kit.ledger, keys: kit.context.keys, now: kit.clock.now, people: known }, id);
    const { changeId } = await kit.propose({ a: 'new' });
    const waits = 'Not enough approving reviews of exactly this commit, by people who may approve it.';
    expect((await view(changeId)).there).toEqual({
      ...{ name: 'note a', url: 'https://notes.test/a', head: 'v0', by: [], here: false, seen: [], waits },
    });
    kit.store.reviewed.set('a', [review('alice-gh'), review('\u202emallory'), review('carol-gh', { head: 'v9' })]);
    await lookAtReviews(kit.context, changeId);
    expect((await view(changeId)).there).toMatchObject({
      waits: 'The sponsor’s own review does not count.',
      seen: [
        { login: 'alice-gh', person: 'alice', state: 'approved', not: 'The sponsor’s own review does not count.' },
        { login: expect.stringContaining('⟨U+202E'), person: null, not: expect.stringContaining('⟨U+202E') },
        { login: 'carol-gh', person: 'carol', head: 'v9', not: 'The review of @carol-gh is of another commit.' },
      ],
    });
    kit.store.reviewed.set('a', [review('carol-gh')]);
    await lookAtReviews(kit.context, changeId);
    const deciders = [reviewDecider({ blueprint: () => kit.blueprint, people: known })];
    const { ledger, key, clock } = kit;
    await decideAutomatically({ ledger, key, now: clock.now, people: known, deciders }, changeId);
    expect(await view(changeId)).toMatchObject({
      status: 'approved',
      there: { waits: null },
      decisions: [{ automatic: 'review', reason: 'By review on GitHub of v0: carol (@carol-gh).', signature: 'valid' }],
    });
  } finally {
    await kit.close();
  }
});
