import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openStatuses } from '#shared/changes/transitions.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { notesKit } from '#test/fakes/notes-kit.ts';
import { commands, generous, type Model, settleDown } from './commands.ts';
import { brokenPromises, type Real } from './real.ts';

/** Tries one sequence on a ledger of its own, and lets everything settle down in the end. */
async function attempt(
  sequence: Iterable<fc.AsyncCommand<Model, Real>>,
  repeat: 'guarded' | 'never',
  ends: Set<string>,
): Promise<void> {
  const kit = await notesKit({ notes: ['a', 'b'], more: generous, repeat });
  const model: Model = { status: new Map(), stopped: false, blueprint: 'live' };
  const real: Real = { kit, executors: 0, hanging: [], ids: [] };
  try {
    await fc.asyncModelRun(() => ({ model, real }), sequence);
    await settleDown(model, real);
    expect(await brokenPromises(real)).toEqual([]);
    expect(await verifyEvents(kit.ledger.db)).toBeNull();
    const open = [...model.status.values()].filter((status) => (openStatuses as readonly string[]).includes(status));
    // A step that could be done twice, and is not found, waits for a person; nothing else waits for ever.
    expect(open.filter((status) => repeat === 'guarded' || status !== 'unknown')).toEqual([]);
    for (const status of model.status.values()) ends.add(status);
  } finally {
    for (const { wake } of real.hanging) wake();
    await kit.close();
  }
}

describe('whatever is done with the ledger and the executors, in whatever order, every promise holds', () => {
  // What a sequence reaches says how much was tried: a test that only ever proposes holds every promise too.
  const ways = {
    guarded: ['applied', 'expired', 'failed', 'partial', 'rejected', 'revoked', 'stale', 'withdrawn'],
    never: ['applied', 'expired', 'failed', 'partial', 'rejected', 'revoked', 'stale', 'unknown', 'withdrawn'],
  } as const;

  test.each(['guarded', 'never'] as const)('steps: %s', { timeout: 60_000 }, async (repeat) => {
    const ends = new Set<string>();
    const sequences = fc.commands(commands(), { maxCommands: 40, size: 'max' });
    await fc.assert(
      fc.asyncProperty(sequences, (sequence) => attempt(sequence, repeat, ends)),
      { seed: 20_270_101, numRuns: 30, endOnFailure: true },
    );
    expect([...ends].sort()).toEqual(ways[repeat]);
  });
});
