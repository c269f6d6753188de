import { expect, test } from 'vitest';
import type { Bench } from './bench.ts';
import { commitsContract } from './commits.ts';
import { conversationsContract } from './conversations.ts';
import { gitDataContract } from './git-data.ts';
import { mergesContract } from './merges.ts';
import { pullRequestsContract } from './pull-requests.ts';
import { readsContract } from './reads.ts';

/** What the GitHub server's reader and writer hold to, wherever GitHub is. */
export function githubContract(at: () => Bench): void {
  readsContract(at);
  commitsContract(at);
  gitDataContract(at);
  pullRequestsContract(at);
  conversationsContract(at);
  mergesContract(at);
  test('nothing goes wrong where nobody waits', () => {
    expect(at().place.problems).toEqual([]);
  });
}
