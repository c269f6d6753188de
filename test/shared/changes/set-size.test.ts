import { afterEach, beforeEach, expect, test } from 'vitest';
import { decideSet } from '#shared/changes/decide-set.ts';
import type { Approver } from '#shared/changes/decision.ts';
import { keepDecision } from '#shared/changes/keep-decision.ts';
import { requestSet } from '#shared/changes/request-set.ts';
import { sealSet } from '#shared/changes/seal-set.ts';
import { type Sealed, unseal } from '#shared/changes/sealed.ts';
import { moveChange } from '#shared/ledger/changes.ts';
import { findSealed } from '#shared/ledger/proposals.ts';
import { findSetSeal, membersOf } from '#shared/ledger/sets.ts';
import { alice, bob, type NotesKit, notesKit, workAll } from '#test/fakes/notes-kit.ts';

const notes = Array.from({ length: 21 }, (_, index) => `n${index}`);
let kit: NotesKit;
beforeEach(async () => {
  kit = await notesKit({ notes, more: 'limits: { writes_per_hour: 100, pending: 50 }' });
});
afterEach(() => kit.close());

test('a set of more than twenty wants a second person, and the executor wants one too, whoever signed', async () => {
  const queue = { ledger: kit.ledger, now: kit.clock.now };
  for (const note of notes) await kit.approved({ [note]: 'new' });
  await workAll(kit.context);
  const asked = { agent: 'note-bot', since: '2027-01-01T00:00:00.000Z', choice: 'refuse', reason: 'all' } as const;
  const setId = await requestSet(queue, alice, asked);
  await workAll(kit.context);
  await sealSet(queue, setId);
  const members = (await membersOf(kit.ledger.db, setId)).map(({ id }) => id);
  expect(members).toHaveLength(21);
  const seal = (await findSetSeal(kit.ledger.db, setId))?.seal ?? '';
  const decided = (approver: Approver) =>
    decideSet({ ...queue, key: kit.key }, { setId, seal, verb: 'reject', approver, reason: '' });
  const approved = decideSet({ ...queue, key: kit.key }, { setId, seal, verb: 'approve', approver: alice, reason: '' });
  await expect(approved).rejects.toMatchObject({ code: 'not_permitted' });

  const bodies: Sealed[] = [];
  for (const id of members) {
    const kept = await findSealed(kit.ledger.db, id);
    if (kept) bodies.push(unseal(kept));
  }
  const at = kit.clock.now().toISOString();
  await kit.ledger.write(async (tx) => {
    await keepDecision(tx, kit.key, bodies, { verb: 'approve', approver: alice, reason: '', at });
    const [id = ''] = members;
    await moveChange(tx, { id, from: 'pending', to: 'approved', at, actor: { kind: 'person', ...alice } });
  });
  await workAll(kit.context);
  expect(await kit.status(members[0] ?? '')).toBe('revoked');
  expect(kit.store.get('n0').text).toBe('new');
  // To say no takes nobody else; what was revoked stays so.
  expect(await decided(bob)).toHaveLength(20);
});
