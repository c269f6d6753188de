import fc from 'fast-check';
import { expect } from 'vitest';
import { openStatuses } from '#shared/changes/transitions.ts';
import { verifyEvents } from '#shared/ledger/events.ts';
import { notesKit } from '#test/fakes/notes-kit.ts';
import { commands, generous, type Model, settleDown } from './commands.ts';
import { brokenPromises, type Real } from './real.ts';

type Repeat = 'guarded' | 'never';

/** Tries so many sequences of commands, the same ones for the same seed; answers what came about in any of them. */
export async function tryCommands(repeat: Repeat, seed: number, numRuns: number): Promise<readonly string[]> {
  const seen: Model['seen'] = new Set();
  const sequences = fc.commands(commands(), { maxCommands: 40, size: 'max' });
  const property = fc.asyncProperty(sequences, (sequence) => attempt(sequence, repeat, seen));
  await fc.assert(property, { seed, numRuns, endOnFailure: true });
  return [...seen];
}

/** Tries one sequence on a ledger of its own, and lets everything settle down in the end. */
async function attempt(
  sequence: Iterable<fc.AsyncCommand<Model, Real>>,
  repeat: Repeat,
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
