import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ledgers } from '#test/fakes/notes-kit.ts';
import { onPostgres } from '#test/shared/ledger/engines.ts';
import { tryCommands } from './try-commands.ts';

/** Few sequences of this one reach much. */
const seed = 32;

describe('whatever is done with the ledger and the executors, in whatever order, every promise holds', () => {
  // What a sequence reaches says how much was tried: a test that only ever proposes holds every promise too. More of
  // them are in commands.apart.test.ts.
  const reached = ['applied', 'expired', 'failed', 'partial', 'revoked', 'stale', 'unknown', 'withdrawn'];

  test.each(['guarded', 'never'] as const)('steps: %s', async (repeat) => {
    const seen = await tryCommands(repeat, seed, 6);
    expect(seen).toEqual(expect.arrayContaining([...reached, 'settled', 'resumed', 'by rule']));
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
      expect(await tryCommands(repeat, seed, 2)).toContain('applied');
    });
  });
});
