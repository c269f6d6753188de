import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Condition, findMove, type Move, moves, statuses } from '#shared/changes/transitions.ts';
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
  type Raw,
  rawLedger,
  statusOf,
  unguarded,
} from './rows.ts';

let raw: Raw;
beforeAll(async () => {
  raw = await rawLedger();
});
afterAll(() => raw.close());

describe('the database refuses every move that the table does not have', () => {
  test.each(statuses)('from %s', (from) => {
    const id = bring(raw, from);
    const refused = statuses.filter((to) => findMove(from, to) === null);
    expect(refused.length).toBeGreaterThan(0);
    for (const to of refused) {
      expect(() => move(raw, id, to), `${from} to ${to}`).toThrow('countersign: no such move');
      expect(() => raw.run('update or ignore changes set status = ? where id = ?', to, id)).toThrow('no such move');
    }
    expect(statusOf(raw, id)).toBe(from);
  });

  test('a status outside the table is not reachable either', () => {
    expect(() => raw.run("update changes set status = 'done' where id = ?", bring(raw, 'approved'))).toThrow(
      'no such move',
    );
  });
});

/** What is there of a change, apart from its status. */
type World = {
  sealed: boolean;
  before: string | null;
  decision: { verb: string; seal?: string; expires?: string } | null;
  claimed: 'whole' | 'nobody' | 'forever';
  steps: readonly ('done' | 'landed' | 'not_done' | 'lost' | 'open')[];
  after: boolean;
};

const worldFor = (needs: readonly Condition[]): World => ({
  sealed: true,
  before: '5'.repeat(64),
  decision: { verb: needs.includes('rejected') ? 'reject' : 'approve' },
  claimed: 'whole',
  steps: stepsFor(needs),
  after: needs.includes('complete'),
});

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
  approved: decisionSpoils('approve', 'reject'),
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
  settled: { 'a step in doubt': { steps: ['open'] }, 'the second step in doubt': { steps: ['done', 'open'] } },
};

/** Puts a change in a status with just these things there, which no legal way may lead to. */
function force(from: Move['from'], world: World): string {
  let id = '';
  unguarded(raw, () => {
    id = insertPlanning(raw, { status: from });
    if (world.before !== null) insertSnapshot(raw, id, 'before', world.before);
    if (world.sealed) insertSealed(raw, id);
    if (world.decision) insertDecision(raw, id, world.decision.verb, world.decision);
    world.steps.forEach((outcome, step) => {
      insertAttempt(raw, id, step);
      if (outcome !== 'open') insertOutcome(raw, id, step, outcome);
    });
    if (world.after) insertSnapshot(raw, id, 'after');
    if (world.claimed !== 'nobody') claim(raw, id);
    if (world.claimed === 'forever') raw.run('update changes set lease_until = null where id = ?', id);
  });
  return id;
}

describe('the database lets a change move only when what the table demands is there', () => {
  const named = moves.map((one) => ({ ...one, name: `${one.from} to ${one.to}` }));

  test.each(named)('$name, with all of it', ({ from, to, needs }) => {
    const id = force(from, worldFor(needs));
    move(raw, id, to);
    expect(statusOf(raw, id)).toBe(to);
  });

  const cases = named.flatMap(({ name, from, to, needs }) =>
    needs.flatMap((need) =>
      Object.entries(spoils[need]).map(([what, spoil]) => ({ name, what, from, to, needs, spoil })),
    ),
  );

  test.each(cases)('$name, but not with $what', ({ from, to, needs, spoil, name }) => {
    const id = force(from, { ...worldFor(needs), ...spoil });
    expect(() => move(raw, id, to)).toThrow(`countersign: ${name} needs`);
    expect(statusOf(raw, id)).toBe(from);
  });

  test('a decision that ends at the very instant of the move has ended', () => {
    const id = bring(raw, 'pending');
    insertDecision(raw, id);
    expect(() => move(raw, id, 'approved', later)).toThrow('needs sealed, approved');
  });
});
