import { afterEach, describe, expect, test } from 'vitest';
import { auditLedger } from '#shared/changes/audit.ts';
import { type AutomaticDecision, issuedBy, signAutomatic, verifyAutomatic } from '#shared/changes/automatic.ts';
import { decideAutomatically } from '#shared/changes/decide-automatically.ts';
import { type ReviewBy, reviewDecider } from '#shared/changes/decide-by-review.ts';
import { requestRestore } from '#shared/changes/request-restore.ts';
import { unseal } from '#shared/changes/sealed.ts';
import { verifyChange } from '#shared/changes/verify-change.ts';
import { lookAtReviews, watchReviews } from '#shared/changes/watch-reviews.ts';
import { findChange, moveChange } from '#shared/ledger/changes.ts';
import { decisionsOf, insertDecision } from '#shared/ledger/decisions.ts';
import { appendEvent, eventsOf } from '#shared/ledger/events.ts';
import { figuresSince } from '#shared/ledger/figures.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { insertReviewSeen, reviewsSeenOf } from '#shared/ledger/reviews-seen.ts';
import { insertStop } from '#shared/ledger/stops.ts';
import { parsePeople } from '#shared/people/load.ts';
import type { BackendReview, Json } from '#shared/tools/index.ts';
import { alice, type NotesKit, notesBlueprint, notesKit, workAll } from '#test/fakes/notes-kit.ts';
import { leaves, withLeaf } from './paths.ts';

const company = (more = '') => `people:
  alice: { sign_in: [{ issuer: "countersign:local", subject: alice }], accounts: { github: alice-gh } }
  bob: { sign_in: [{ issuer: "countersign:local", subject: bob }], accounts: { github: bob-gh }, groups: [leads] }
  carol: { sign_in: [{ issuer: "https://id.test", subject: c1 }], accounts: { github: Carol-GH }, groups: [leads] }
  dora: { sign_in: [{ issuer: "https://id.test", subject: d1 }], accounts: { github: dora-gh } }
${more}`;

const rule = (more = 'by: [github_review]') => `review: { rules: [{ name: merges, tools: [set_notes], ${more} }] }`;

let kit: NotesKit;
afterEach(() => kit.close());

async function start(more?: string): Promise<void> {
  kit = await notesKit({ more: rule(more), people: company(), reviews: true });
}

const asked = async (note = 'a'): Promise<string> => (await kit.propose({ [note]: 'one' })).changeId;

/** A review as the backend has it; of the head that the first write of a note is sealed with unless told otherwise. */
function review(login: string, more: Partial<BackendReview> = {}): BackendReview {
  const account = `id of ${login.toLowerCase()}`;
  const submittedAt = '2027-01-02T03:00:00Z';
  return {
    id: `review by ${account}`,
    state: 'approved',
    head: 'v0',
    account,
    login,
    mayWrite: true,
    submittedAt,
    ...more,
  };
}

const said = (...reviews: readonly BackendReview[]): void => void kit.store.reviewed.set('a', reviews);

const people = () => {
  if (!kit.people) throw new Error('the kit has a list of people');
  return kit.people;
};

const decider = () => reviewDecider({ blueprint: (name) => kit.blueprints.get(name) ?? null, people });

function automatically(id: string): Promise<boolean> {
  const { ledger, key, clock } = kit;
  return decideAutomatically({ ledger, key, now: clock.now, people, deciders: [decider()] }, id);
}

/** What the server of the backend sees, and what the approvals server makes of it. */
async function seenAndDecided(id: string): Promise<boolean> {
  await lookAtReviews(kit.context, id);
  return automatically(id);
}

async function sealedOf(id: string) {
  const kept = await findSealed(kit.ledger.db, id);
  if (!kept) throw new Error('nothing is sealed');
  return unseal(kept);
}

async function approvedBy(...logins: readonly string[]): Promise<string> {
  const id = await asked();
  said(...logins.map((login) => review(login)));
  expect(await seenAndDecided(id)).toBe(true);
  expect(await kit.status(id)).toBe('approved');
  return id;
}

async function expectEnded(id: string, status: 'stale' | 'revoked', why: string): Promise<void> {
  await workAll(kit.context);
  const row = await findChange(kit.ledger.db, id);
  expect(row?.note).toContain(why);
  expect(row?.status).toBe(status);
  expect(kit.store.writes('a')).toBe(0);
}

async function problems(): Promise<readonly string[]> {
  const { ledger, context } = kit;
  const found = await auditLedger(ledger.db, { keys: context.keys(), people: people(), checkpoints: [], vault: null });
  return found.findings.map(({ message }) => message);
}

describe('a review on the backend approves', () => {
  test('what is at exactly its commit: signed, on record, read again right before it is carried out', async () => {
    await start();
    const id = await approvedBy('carol-gh');
    expect((await sealedOf(id)).body).toMatchObject({
      review: { by: ['github_review'], quorum: 1, rule: { index: 0, name: 'merges' } },
      reviewable: { thing: 'note:a', head: 'v0' },
    });
    const [row, ...more] = await decisionsOf(kit.ledger.db, id);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ verb: 'approve', issuer: 'countersign:review', subject: 'note-keeper#0' });
    const { id: node, account, submittedAt: submitted_at } = review('carol-gh');
    expect(verifyAutomatic(kit.context.keys(), row?.envelope ?? '').by).toEqual({
      kind: 'review',
      blueprint: { name: kit.blueprint.name, digest: kit.blueprint.digest },
      rule: { index: 0, name: 'merges' },
      thing: 'note:a',
      head: 'v0',
      reviews: [{ id: node, person: 'carol', account, login: 'carol-gh', submitted_at }],
    });
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
    expect((await reviewsSeenOf(kit.ledger.db, id)).map(({ phase, state }) => [phase, state])).toEqual([
      ['waiting', 'approved'],
      ['writing', 'approved'],
    ]);
    const told = (await eventsOf(kit.ledger.db, id)).filter(({ type }) => type === 'review.seen');
    expect(told.map(({ actor }) => actor)).toEqual(Array(2).fill({ kind: 'server', server: 'notes' }));
    expect(await problems()).toEqual([]);
    const { by } = await figuresSince(kit.ledger.db, new Date(0));
    expect(by).toEqual({ person: 0, policy: 0, grant: 0, review: 1 });
  });

  test('once as many people as the rule wants have said so', async () => {
    await start('by: [github_review], quorum: 2');
    const id = await asked();
    said(review('carol-gh'));
    expect(await seenAndDecided(id)).toBe(false);
    said(review('carol-gh'), review('dora-gh'));
    expect(await seenAndDecided(id)).toBe(true);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('by those alone who are named beside it, and in the console by them too', async () => {
    await start('by: [github_review, "group:leads"]');
    const id = await asked();
    said(review('dora-gh'));
    expect(await seenAndDecided(id)).toBe(false);
    said(review('dora-gh'), review('carol-gh'));
    expect(await seenAndDecided(id)).toBe(true);
    const other = (await kit.propose({ b: 'one' })).changeId;
    expect(await kit.decide(other, 'approve', { issuer: 'countersign:local', subject: 'bob' })).toBe('approved');
  });

  test('of one owner of each file, where the rule wants those', async () => {
    await start('by: [github_review, codeowners]');
    kit.store.owned.set('a', ['@dora-gh']);
    const id = await asked();
    said(review('carol-gh'));
    expect(await seenAndDecided(id)).toBe(false);
    said(review('carol-gh'), review('dora-gh'));
    expect(await seenAndDecided(id)).toBe(true);
  });

  test('although the account is called otherwise by the time it is carried out', async () => {
    await start();
    const id = await approvedBy('carol-gh');
    said(review('carol-gh', { login: 'carol-renamed' }));
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test('nothing twice, and keeps what it saw once', async () => {
    await start();
    const id = await asked();
    said(review('carol-gh'));
    expect([await lookAtReviews(kit.context, id), await lookAtReviews(kit.context, id)]).toEqual([true, false]);
    expect([await automatically(id), await automatically(id)]).toEqual([true, false]);
    expect(await lookAtReviews(kit.context, id)).toBe(false);
    expect(await reviewsSeenOf(kit.ledger.db, id)).toHaveLength(1);
  });
});

describe('it waits', () => {
  test.each<[string, () => readonly BackendReview[]]>([
    ['nobody', () => []],
    ['a review of another commit', () => [review('carol-gh', { head: 'v9' })]],
    ['a review that was dismissed', () => [review('carol-gh', { state: 'dismissed' })]],
    ['the sponsor', () => [review('alice-gh')]],
    ['an account that is nobody’s', () => [review('mallory-gh')]],
    ['somebody who may not write there', () => [review('carol-gh', { mayWrite: false })]],
    [
      'one while another asks for changes',
      () => [review('carol-gh'), review('dora-gh', { state: 'changes_requested' })],
    ],
    [
      'one while the sponsor asks for changes',
      () => [review('carol-gh'), review('alice-gh', { state: 'changes_requested' })],
    ],
  ])('when it is approved by %s', async (_what, reviews) => {
    await start();
    const id = await asked();
    said(...reviews());
    expect(await seenAndDecided(id)).toBe(false);
    expect(await kit.status(id)).toBe('pending');
  });

  test('while those who asked for changes stand by it, of this commit', async () => {
    await start();
    const id = await asked();
    const against = review('dora-gh', { state: 'changes_requested' });
    said(review('carol-gh'), against);
    expect(await seenAndDecided(id)).toBe(false);
    said(review('carol-gh'), { ...against, head: 'v9' });
    expect(await seenAndDecided(id)).toBe(true);
  });

  test('for a list of people that names the account', async () => {
    await start();
    const id = await asked();
    said(review('eve-gh'));
    expect(await seenAndDecided(id)).toBe(false);
    const eve = '  eve: { sign_in: [{ issuer: "https://id.test", subject: e1 }], accounts: { github: eve-gh } }';
    kit.people = parsePeople({ text: company(eve), source: 'people.yaml' });
    expect(await automatically(id)).toBe(true);
  });

  test('while writes are stopped, and ends when its time is over', async () => {
    await start();
    const id = await asked();
    said(review('carol-gh'));
    await lookAtReviews(kit.context, id);
    const at = kit.clock.now().toISOString();
    const actor = { kind: 'person', ...alice } as const;
    await kit.ledger.write((tx) => insertStop(tx, { scope: 'agent', value: 'note-bot', reason: 'look', actor, at }));
    expect(await automatically(id)).toBe(false);
    kit.clock.advance(25 * 3_600_000);
    expect(await automatically(id)).toBe(false);
  });
});

describe('in the console', () => {
  const dora = { issuer: 'https://id.test', subject: 'd1' };

  test('whoever could review it may turn it down, and approves nothing', async () => {
    await start();
    const id = await asked();
    await expect(kit.decide(id, 'approve', dora)).rejects.toMatchObject({
      code: 'not_permitted',
      message: 'This change is approved by a review on GitHub, and can only be rejected here.',
    });
    await expect(kit.decide(id, 'reject', { issuer: 'https://id.test', subject: 'x' })).rejects.toMatchObject({
      code: 'not_permitted',
    });
    expect(await kit.decide(id, 'reject', dora)).toBe('rejected');
    said(review('carol-gh'));
    expect(await seenAndDecided(id)).toBe(false);
  });

  test('what there is nothing to review of is decided as default says', async () => {
    await start();
    const made = await approvedBy('carol-gh');
    await workAll(kit.context);
    kit.store.write('a', 'theirs');
    const request = { change_id: made, choice: 'overwrite', reason: 'no' } as const;
    const restore = await requestRestore(
      { ledger: kit.ledger, now: kit.clock.now },
      { blueprint: kit.blueprint },
      request,
    );
    await workAll(kit.context);
    const { body } = await sealedOf(restore);
    expect(body.reviewable).toBeUndefined();
    expect(body.review).toMatchObject({ by: ['local'], quorum: 1, rule: { index: 0 } });
    expect(await kit.decide(restore)).toBe('approved');
  });
});

describe('a proposal is refused', () => {
  test.each<[string, string | undefined, string, string]>([
    ['nobody says whose accounts are whose', undefined, 'by: [github_review]', 'no list of people'],
    ['too few have an account there', company(), 'by: [github_review], quorum: 4', 'only 3 is known'],
    [
      'too few of those who are named have one',
      company(),
      'by: [github_review, "person:dora"], quorum: 2',
      'only 1 is known',
    ],
  ])('when %s', async (_what, list, more, why) => {
    kit = await notesKit({ more: rule(more), people: list, reviews: true });
    await expect(asked()).rejects.toMatchObject({ code: 'not_permitted', message: expect.stringContaining(why) });
  });
});

describe('the executor does not carry out', () => {
  test('what a review approved that was dismissed before it was written', async () => {
    await start();
    const id = await approvedBy('carol-gh');
    said(review('carol-gh', { state: 'dismissed' }));
    await expectEnded(id, 'stale', 'The review of carol on GitHub was dismissed');
    const [, last] = await reviewsSeenOf(kit.ledger.db, id);
    expect(last).toMatchObject({ phase: 'writing', state: 'dismissed' });
    expect(await problems()).toEqual([]);
  });

  test.each<[string, Partial<BackendReview> | null]>([
    ['is gone', null],
    ['is of another account by then', { account: 'id of a stranger' }],
    ['was given anew', { id: 'another', submittedAt: '2027-01-02T03:09:00Z' }],
    ['is of another commit by then', { head: 'v9' }],
    ['is of somebody who may not write any more', { mayWrite: false }],
  ])('what a review approved that %s', async (_what, more) => {
    await start();
    const id = await approvedBy('carol-gh');
    said(...(more === null ? [] : [review('carol-gh', more)]));
    await expectEnded(id, 'stale', 'The review of carol on GitHub is not as it was');
  });

  test('what somebody asks for changes of by then', async () => {
    await start();
    const id = await approvedBy('carol-gh');
    said(review('carol-gh'), review('dora-gh', { state: 'changes_requested' }));
    await expectEnded(id, 'stale', 'dora asks for changes');
  });

  test('anything before the reviews can be read again, and then does', async () => {
    await start();
    const id = await approvedBy('carol-gh');
    kit.store.fail('reviews', 'fail_before');
    await workAll(kit.context, 1);
    expect(await kit.status(id)).toBe('dispatched');
    expect(kit.store.writes('a')).toBe(0);
    await workAll(kit.context);
    expect(await kit.status(id)).toBe('applied');
  });

  test.each<[string, string, () => void]>([
    [
      'a reviewer who is gone from the list of people',
      'Nobody in the list of people has the account @carol-gh',
      () => {
        kit.people = parsePeople({ text: company().replace('Carol-GH', 'other-gh'), source: 'people.yaml' });
      },
    ],
    [
      'an account that is another person’s by then',
      'Whose accounts these are has changed',
      () => {
        const text = company().replace('carol:', 'zoe:');
        kit.people = parsePeople({ text, source: 'people.yaml' });
      },
    ],
    [
      'a blueprint that changed since',
      'not the one under which it was proposed',
      () => {
        kit.blueprints.set(kit.blueprint.name, notesBlueprint(['a'], ''));
      },
    ],
  ])('what was approved under %s', async (_what, why, change) => {
    await start();
    const id = await approvedBy('carol-gh');
    change();
    await expectEnded(id, 'revoked', why);
  });

  test('what names any other evidence than was seen, sealed and signed', async () => {
    await start();
    const first = await approvedBy('carol-gh');
    const { by } = verifyAutomatic(kit.context.keys(), (await decisionsOf(kit.ledger.db, first))[0]?.envelope ?? '');
    await workAll(kit.context);
    expect(await kit.status(first)).toBe('applied');
    const paths = leaves(by).filter(([key]) => key !== 'kind');
    expect(paths.length).toBeGreaterThanOrEqual(11);
    for (const [index, path] of paths.entries()) {
      const id = (await kit.propose({ b: `text ${index}` })).changeId;
      kit.store.reviewed.set('b', [review('carol-gh')]);
      await lookAtReviews(kit.context, id);
      const own = { ...by, thing: 'note:b' } as ReviewBy;
      const forged = withLeaf(own, path) as unknown as ReviewBy;
      await approveWith(id, forged).catch((error: unknown) => {
        expect(String(error)).toMatch(/countersign: |Invalid input/);
      });
      await workAll(kit.context);
      expect([path, kit.store.writes('b')]).toEqual([path, 0]);
      if ((await kit.status(id)) === 'pending')
        await kit.decide(id, 'reject', { issuer: 'https://id.test', subject: 'd1' });
    }
  });

  test('what nobody was seen to approve, whatever is signed', async () => {
    await start();
    const id = await asked();
    const { blueprint, review: sealed, reviewable } = (await sealedOf(id)).body;
    if (!blueprint || !sealed.rule || !reviewable) throw new Error('it goes by reviews');
    const { thing, head } = reviewable;
    const one = review('carol-gh');
    const reviews = [
      { id: one.id, person: 'carol', account: one.account, login: one.login, submitted_at: one.submittedAt },
    ];
    const by: ReviewBy = { kind: 'review', blueprint, rule: sealed.rule, thing, head, reviews };
    await expect(approveWith(id, by)).rejects.toThrow(/pending to approved needs/);
  });
});

describe('the ledger refuses', () => {
  test('evidence of what waits for no review', async () => {
    kit = await notesKit({ people: company(), reviews: true });
    const id = await asked();
    await expect(keep(id, 'waiting')).rejects.toThrow(/it waits for no review/);
  });

  test('evidence of a moment that it is not in', async () => {
    await start();
    const id = await asked();
    await expect(keep(id, 'writing')).rejects.toThrow(/it waits for no review/);
    said(review('carol-gh'));
    await seenAndDecided(id);
    await expect(keep(id, 'waiting')).rejects.toThrow(/it waits for no review/);
  });

  function keep(id: string, phase: 'waiting' | 'writing'): Promise<void> {
    const actor = { kind: 'server', server: 'notes' } as const;
    const at = kit.clock.now().toISOString();
    return kit.ledger.write((tx) => insertReviewSeen(tx, { changeId: id, phase, actor }, review('carol-gh'), at));
  }
});

test('an audit tells of a decision whose reviews were never seen so', async () => {
  await start();
  const id = await approvedBy('carol-gh');
  await workAll(kit.context);
  const check = async () => {
    const options = { keys: kit.context.keys(), people: people(), vault: null };
    const found = await verifyChange(kit.ledger.db, id, options);
    return found?.checks.flatMap((one) => one.problems);
  };
  expect(await check()).toEqual([]);
  const actor = { kind: 'server', server: 'notes' } as const;
  const at = kit.clock.now().toISOString();
  await kit.ledger.write((tx) =>
    appendEvent(tx, { at, type: 'review.seen', changeId: id, actor, body: { phase: 'waiting' } }),
  );
  expect(await check()).toEqual(['The reviews that were seen are not those that its events tell of.']);
});

test('whoever watches looks at what waits as soon as it is proposed, and again in rounds, and at nothing else', async () => {
  await start();
  const looked = () => kit.store.log.filter((call) => call.startsWith('reviews')).length;
  const problems: string[] = [];
  const stop = watchReviews({ ...kit.context, everyMs: 60 }, (what) => problems.push(what));
  try {
    kit.store.fail('reviews', 'fail_before');
    const id = await asked();
    await expect.poll(looked, { timeout: 10_000 }).toBeGreaterThan(2);
    expect(problems).toEqual(['reviews could not be read']);
    said(review('carol-gh'));
    await expect.poll(() => automatically(id), { timeout: 10_000 }).toBe(true);
    const count = looked();
    const other = (await kit.propose({ b: 'one' })).changeId;
    await expect.poll(() => kit.store.log.includes('reviews b'), { timeout: 10_000 }).toBe(true);
    expect(kit.store.log.slice(count).filter((call) => call === 'reviews a').length).toBeLessThanOrEqual(1);
    expect(await kit.status(other)).toBe('pending');
  } finally {
    await stop();
  }
});

/** What whoever writes to the ledger with the key could do, past the approvals server. */
async function approveWith(id: string, by: ReviewBy): Promise<void> {
  const { seal, body } = await sealedOf(id);
  const at = kit.clock.now().toISOString();
  const statement: Omit<AutomaticDecision, 'format'> = {
    change_id: id,
    seal,
    decided_at: at,
    expires_at: body.expires_at,
    by,
  };
  const envelope = signAutomatic(kit.key, statement);
  const actor = { kind: 'server', server: 'approvals' } as const;
  await kit.ledger.write(async (tx) => {
    const row = { change_id: id, seal, verb: 'approve' as const, ...issuedBy(by), decided_at: at, envelope };
    await insertDecision(tx, { ...row, expires_at: body.expires_at });
    const said = { verb: 'approve', seal, by: by as unknown as Json };
    await appendEvent(tx, { at, type: 'decision.made', changeId: id, actor, body: said });
    await moveChange(tx, { id, from: 'pending', to: 'approved', at, actor });
  });
}
