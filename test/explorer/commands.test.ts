import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStatuses, type Status } from '#shared/changes/transitions.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { ledgers, notesKit } from '#test/fakes/notes-kit.ts';
import { onPostgres } from '#test/shared/ledger/engines.ts';
import { commands, generous, type Model, settleDown } from './commands.ts';
import { brokenPromises, type Real } from './real.ts';

/** Tries one sequence on a ledger of its own, and lets everything settle down in the end. */
async function attempt(
  sequence: Iterable<fc.AsyncCommand<Model, Real>>,
  repeat: 'guarded' | 'never',
  seen: Model['seen'],
): Promise<void> {
  const kit = await notesKit({ notes: ['a', 'b'], more: generous, repeat });
  const model: Model = { status: new Map(), seen, stopped: false, blueprint: 'live' };
  const real: Real = { kit, executors: 0, hanging: [], ids: [] };
  try {
    await fc.asyncModelRun(() => ({ model, real }), sequence);
    await settleDown(model, real);
    expect(await brokenPromises(real)).toEqual([]);
    expect(await verifyEvents(kit.ledger.db)).toBeNull();
    const open = [...model.status.values()].filter((status) => (openStatuses as readonly string[]).includes(status));
    // A step that could be done twice, and is not found, waits for a person; nothing else waits for ever.
    expect(open.filter((status) => repeat === 'guarded' || status !== 'unknown')).toEqual([]);
  } finally {
    for (const { wake } of real.hanging) wake();
    await kit.close();
  }
}

describe('whatever is done with the ledger and the executors, in whatever order, every promise holds', () => {
  // What a sequence reaches says how much was tried: a test that only ever proposes holds every promise too.
  const ways: readonly Status[] = [
    'applied',
    'expired',
    'failed',
    'partial',
    'rejected',
    'revoked',
    'stale',
    'unknown',
  ];

  const tryAll = (repeat: 'guarded' | 'never', numRuns: number, seen: Model['seen']): Promise<void> => {
    const sequences = fc.commands(commands(), { maxCommands: 40, size: 'max' });
    const property = fc.asyncProperty(sequences, (sequence) => attempt(sequence, repeat, seen));
    return Promise.resolve(fc.assert(property, { seed: 20_270_101, numRuns, endOnFailure: true }));
  };

  test.each(['guarded', 'never'] as const)('steps: %s', { timeout: 120_000 }, async (repeat) => {
    const seen: Model['seen'] = new Set();
    await tryAll(repeat, 30, seen);
    expect([...seen]).toEqual(expect.arrayContaining([...ways, 'withdrawn', 'settled', 'resumed', 'by rule']));
  });

  onPostgres((server) => {
    const { make } = ledgers;
    beforeAll(() => {
      ledgers.make = () => server().ledger();
    });
    afterAll(() => {
      ledgers.make = make;
    });

    test.each(['guarded', 'never'] as const)('steps: %s', { timeout: 240_000 }, async (repeat) => {
      const seen: Model['seen'] = new Set();
      await tryAll(repeat, 3, seen);
      expect([...seen]).toContain('applied');
    });
  });
});
