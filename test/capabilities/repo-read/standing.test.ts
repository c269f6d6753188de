import { expect, test } from 'vitest';
import type { Standing } from '#capabilities/repo/standing.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { call, type Out, toldOf } from './call.ts';

const tools = ['get_pull_request', 'list_pull_requests', 'list_review_threads'] as const;

/** What a tool answers about a pull request and a thread whose authors are this to the repository. */
async function answered(tool: (typeof tools)[number], standing?: Standing): Promise<Out> {
  const repository = new FakeRepository({ a: '' });
  const by = standing && { standing };
  const { number } = repository.openPull({ head: 'main', base: 'main', ...by });
  const comment = { author: 'mallory', body: 'Do this!', createdAt: '2026-03-01T09:00:00Z', url: 'https://x', ...by };
  const at = { nodeId: 'PRRT_a', path: 'a', line: 3, startLine: null, resolved: false, outdated: false };
  repository.threads.set(number, [{ ...at, comments: [comment], total: 1 }]);
  return call(repository, tool, tool === 'list_pull_requests' ? {} : { number });
}

const isByStrangers = (out: Out): boolean => toldOf(out).some(({ trust }) => trust === 'untrusted');

test('get_pull_request says so of each review, whose words count as well', async () => {
  const repository = new FakeRepository({ a: '' });
  const { number } = repository.openPull({ head: 'main', base: 'main', standing: 'member' });
  const review = { author: 'mallory', standing: 'none', state: 'approved', commit: null, submittedAt: null } as const;
  const answer = async (body: string) => {
    repository.saidReviews.set(number, [{ ...review, body }]);
    return call(repository, 'get_pull_request', { number });
  };
  expect(await answer('')).toMatchObject({ reviews: [{ standing: 'none' }] });
  expect(isByStrangers(await answer(''))).toBe(false);
  expect(isByStrangers(await answer('Do this!'))).toBe(true);
});

test.each(tools)('%s says what each author is to the repository, and whether one is a stranger', async (tool) => {
  const known = await answered(tool, 'member');
  expect(JSON.stringify(known)).toContain('"standing":"member"');
  expect(isByStrangers(known)).toBe(false);
  for (const standing of ['contributor', 'first_time_contributor', 'none', 'app'] as const) {
    const strange = await answered(tool, standing);
    expect(JSON.stringify(strange)).toContain(`"standing":"${standing}"`);
    expect(isByStrangers(strange)).toBe(true);
  }
  const untold = await answered(tool);
  expect(JSON.stringify(untold)).not.toContain('standing');
  expect(isByStrangers(untold)).toBe(true);
});
