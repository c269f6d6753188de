import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Condition, findMove, type Move, moves, type Status, statuses } from '#shared/changes/transitions.ts';
import { onEachEngine, type Raw } from './engines.ts';
import {
  at,
  bring,
  claim,
  insertAttempt,
  insertDecision,
  insertOutcome,
  insertPlanning,
  insertSealed,
  insertSnapshot,
  later,
  move,
  recordMove,
  sealedBody,
  statusOf,
} from './rows.ts';

/** What is there of a change, apart from its status. */
type World = {
  sealed: boolean;
  before: string | null;
  decision: { verb: string; seal?: string; expires?: string } | null;
  claimed: 'whole' | 'nobody' | 'forever';
  steps: readonly ('done' | 'landed' | 'not_done' | 'lost' | 'open')[];
  after: boolean;
  /** Where the change stands that it comes after; null when it comes after none. */
  earlier: Status | null;
  /** How many people the sealed rule wants; one unless given. */
  quorum?: number;
  /** Its next version, and whether that is sealed. */
  next: 'none' | 'planning' | 'sealed';
};

const worldFor = (needs: readonly Condition[]): World => ({
  sealed: true,
  before: '5'.repeat(64),
  decision: { verb: needs.includes('rejected') ? 'reject' : 'approve' },
  claimed: 'whole',
  steps: stepsFor(needs),
  after: needs.includes('complete'),
  earlier: earlierFor(needs),
  next: needs.includes('replaced') ? 'sealed' : 'none',
});

function earlierFor(needs: readonly Condition[]): World['earlier'] {
  if (needs.includes('earlier_lost')) return 'failed';
  if (needs.includes('earlier_applied')) return 'applied';
  return needs.includes('earlier_approved') ? 'approved' : null;
}

function stepsFor(needs: readonly Condition[]): World['steps'] {
  if (needs.includes('complete')) return ['done', 'landed'];
  if (needs.includes('something_done')) return ['landed', 'not_done'];
  if (needs.includes('in_doubt')) return ['open'];
  return needs.includes('settled') ? ['not_done'] : [];
}

const decisionSpoils = (right: string, wrong: string): Readonly<Record<string, Partial<World>>> => ({
  'no decision': { decision: null },
  [`only a decision to ${wrong}`]: { decision: { verb: wrong } },
  'a decision over another seal': { decision: { verb: right, seal: 'f'.repeat(64) } },
  'an expired decision': { decision: { verb: right, expires: at } },
});

/** Ways in which a condition is not met while all others are. */
const spoils: Record<Condition, Readonly<Record<string, Partial<World>>>> = {
  sealed: {
    'no seal': { sealed: false },
    'no snapshot': { before: null },
    'another snapshot than the sealed one': { before: '7'.repeat(64) },
  },
  approved: { ...decisionSpoils('approve', 'reject'), 'one of two that the rule wants': { quorum: 2 } },
  rejected: decisionSpoils('reject', 'approve'),
  claimed: { 'nobody who holds it': { claimed: 'nobody' }, 'no end of the lease': { claimed: 'forever' } },
  complete: {
    'a receipt missing': { steps: ['done'] },
    'a step given up for lost': { steps: ['done', 'lost'] },
    'no step begun': { steps: [] },
    'the state we left not kept': { after: false },
  },
  nothing_done: { 'a step done': { steps: ['done'] }, 'a step found by its mark': { steps: ['landed'] } },
  something_done: { 'no step begun': { steps: [] }, 'no step done': { steps: ['not_done', 'lost'] } },
  in_doubt: { 'no step begun': { steps: [] }, 'every step ended': { steps: ['done', 'not_done'] } },
  earlier_approved: {
    'an earlier change that waits for a decision': { earlier: 'pending' },
    'an earlier change that was rejected': { earlier: 'rejected' },
  },
  earlier_applied: {
    'an earlier change that is only approved': { earlier: 'approved' },
    'an earlier change that is in doubt': { earlier: 'unknown' },
    'an earlier change that is partial': { earlier: 'partial' },
    'an earlier change that failed': { earlier: 'failed' },
  },
  earlier_lost: {
    'no earlier change': { earlier: null },
    'an earlier change that is partial': { earlier: 'partial' },
    'an earlier change that is applied': { earlier: 'applied' },
  },
  replaced: {
    'no newer version': { next: 'none' },
    'a newer version that is not sealed': { next: 'planning' },
  },
  settled: { 'a step in doubt': { steps: ['open'] }, 'the second step in doubt': { steps: ['done', 'open'] } },
};

async function comeAfter(raw: Raw, id: string, status: Status): Promise<void> {
  const first = await insertPlanning(raw, { status });
  await insertSealed(raw, first);
  await raw.run('insert into afters (change_id, after_id, depth) values (?, ?, 1)', id, first);
}

async function beReplaced(raw: Raw, id: string, how: World['next']): Promise<void> {
  if (how === 'none') return;
  const next = await insertPlanning(raw);
  await raw.run('insert into versions values (?, ?, 2)', next, id);
  if (how === 'sealed') await insertSealed(raw, next);
}

/** Puts a change in a status with just these things there, which no legal way may lead to: where nothing guards it. */
async function force(raw: Raw, from: Move['from'], world: World): Promise<string> {
  const id = await insertPlanning(raw, { status: from });
  if (world.earlier) await comeAfter(raw, id, world.earlier);
  if (world.before !== null) await insertSnapshot(raw, id, 'before', world.before);
  const review = { by: ['group:leads'], quorum: world.quorum ?? 1 };
  if (world.sealed) await insertSealed(raw, id, { body: sealedBody(id, { review }) });
  if (world.decision) await insertDecision(raw, id, world.decision.verb, world.decision);
  for (const [step, outcome] of world.steps.entries()) {
    await insertAttempt(raw, id, step);
    if (outcome !== 'open') await insertOutcome(raw, id, step, outcome);
  }
  if (world.after) await insertSnapshot(raw, id, 'after');
  await beReplaced(raw, id, world.next);
  if (world.claimed !== 'nobody') await claim(raw, id);
  if (world.claimed === 'forever') await raw.run('update changes set lease_until = null where id = ?', id);
  return id;
}

onEachEngine((open) => {
  let raw: Raw;
  beforeAll(async () => {
    raw = await open();
  });
  afterAll(() => raw.close());

  describe('the database refuses every move that the table does not have', () => {
    test.each(statuses)('from %s', async (from) => {
      const id = await bring(raw, from);
      const refused = statuses.filter((to) => findMove(from, to) === null);
      expect(refused.length).toBeGreaterThan(0);
      for (const to of refused) {
        await expect(move(raw, id, to), `${from} to ${to}`).rejects.toThrow('countersign: no such move');
        for (const update of raw.updates) {
          const moved = raw.run(`${update} changes set status = ? where id = ?`, to, id);
          await expect(moved, update).rejects.toThrow('no such move');
        }
      }
      expect(await statusOf(raw, id)).toBe(from);
    });

    test('a status outside the table is not reachable either', async () => {
      await expect(
        raw.run("update changes set status = 'done' where id = ?", await bring(raw, 'approved')),
      ).rejects.toThrow('no such move');
    });
  });

  test('the database lets no change move unless the last event tells of this very move', async () => {
    const [id, other] = [await bring(raw, 'pending'), await bring(raw, 'pending')];
    const moved = () => raw.run("update changes set status = 'withdrawn', updated_at = ? where id = ?", at, id);
    const wrong = [
      async () => {},
      () => recordMove(raw, other, 'withdrawn'),
      () => recordMove(raw, id, 'expired'),
      () => recordMove(raw, id, 'withdrawn', later),
      () => recordMove(raw, id, 'withdrawn').then(() => recordMove(raw, other, 'expired')),
    ];
    for (const record of wrong) {
      await record();
      await expect(moved()).rejects.toThrow('countersign: the last event does not tell of this move');
    }
    await recordMove(raw, id, 'withdrawn');
    await moved();
    expect(await statusOf(raw, id)).toBe('withdrawn');
  });

  describe('the database lets a change move only when what the table demands is there', () => {
    const named = moves.map((one) => ({ ...one, name: `${one.from} to ${one.to}`, world: worldFor(one.needs) }));

    const ids = new Map<World, string>();
    beforeAll(async () => {
      // All at once, as to take the guards away and to put them back takes longer than the rest.
      await raw.unguarded(async () => {
        for (const { from, world } of [...named, ...cases]) ids.set(world, await force(raw, from, world));
      });
    });

    test.each(named)('$name, with all of it', async ({ to, world }) => {
      const id = ids.get(world) ?? '';
      await move(raw, id, to);
      expect(await statusOf(raw, id)).toBe(to);
    });

    const cases = named.flatMap(({ name, from, to, needs, world }) =>
      needs.flatMap((need) =>
        Object.entries(spoils[need]).map(([what, spoil]) => ({ name, what, from, to, world: { ...world, ...spoil } })),
      ),
    );

    test.each(cases)('$name, but not with $what', async ({ from, to, world, name }) => {
      const id = ids.get(world) ?? '';
      await expect(move(raw, id, to)).rejects.toThrow(`countersign: ${name} needs`);
      expect(await statusOf(raw, id)).toBe(from);
    });

    test('a decision that ends at the very instant of the move has ended', async () => {
      const id = await bring(raw, 'pending');
      await insertDecision(raw, id);
      await expect(move(raw, id, 'approved', later)).rejects.toThrow('needs sealed, approved');
    });
  });
});
