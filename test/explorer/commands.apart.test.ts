import { expect, test } from 'vitest';
import { tryCommands } from './try-commands.ts';

test.each(['guarded', 'never'] as const)(
  'every promise holds in many sequences, which come about everywhere: steps %s',
  { timeout: 600_000 },
  async (repeat) => {
    const statuses = ['applied', 'expired', 'failed', 'partial', 'rejected', 'revoked', 'stale', 'unknown'];
    const seen = await tryCommands(repeat, 20_270_101, 30);
    expect(seen).toEqual(expect.arrayContaining([...statuses, 'withdrawn', 'settled', 'resumed', 'by rule']));
  },
);
