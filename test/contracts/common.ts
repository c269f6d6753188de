import { randomBytes } from 'node:crypto';
import { newChangeId } from '#shared/changes/ids.ts';
import type { Mark } from '#shared/tools/index.ts';

/** What every search for a value that nothing has is sent as: each would mean something if it were not data. */
export const attempts = [
  ...['" OR project is not EMPTY ORDER BY created "', "') OR 1=1 --", '\\" OR summary ~ "*', 'x" } } } { viewer { id'],
  ...['repo:github/docs is:public', '*', '%', '_', '\\', '"', "'", 'NEAR(a b)', 'title:a', '$1', '🦊', 'שלום'],
];

/** What finds the writes of one change again, as it is minted for each. */
export function newMark(): Mark {
  return { changeId: newChangeId(new Date()), token: randomBytes(16).toString('hex') };
}

/** What must be there. */
export function present<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it is not there');
  return value;
}
