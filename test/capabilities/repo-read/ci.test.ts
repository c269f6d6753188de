import { describe, expect, test } from 'vitest';
import type { Check } from '#capabilities/repo-read/ports.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { call, refusedWith } from './call.ts';

const check = (name: string, more: Partial<Check> = {}): Check => ({
  ...{ name, state: 'success', title: null, url: null, app: 'github-actions', job: 7 },
  ...more,
});

describe('get_checks', () => {
  const names = (out: Record<string, unknown>) => (out['checks'] as { name: string }[]).map(({ name }) => name);

  test('shows what CI says of a pull request’s head, a branch or a commit', async () => {
    const repository = new FakeRepository({ a: '' });
    const first = repository.head('main');
    repository.ci.set(first, [check('test', { state: 'failure', title: 'Two failed' }), check('lint')]);
    repository.openPull({ head: 'main', base: 'main' });
    const shown = await call(repository, 'get_checks', { number: 1 });
    expect(shown).toEqual({
      ...{ repository: 'acme/web', commit: first, state: 'failure', counts: { failure: 1, success: 1 } },
      checks: [
        { name: 'test', state: 'failure', title: 'Two failed', app: 'github-actions', job: 7, url: null },
        { name: 'lint', state: 'success', title: null, app: 'github-actions', job: 7, url: null },
      ],
      ...{ next_cursor: null, untrusted: ['checks[].name', 'checks[].title', 'checks[].url'] },
    });
    for (const at of [{}, { ref: 'main' }, { ref: first }])
      expect(await call(repository, 'get_checks', at)).toEqual(shown);
    repository.push('main', { a: 'b' });
    expect(await call(repository, 'get_checks')).toMatchObject({ state: 'none', counts: {}, checks: [] });
  });

  test('shows only what failed when asked, and all of many in pages of one commit', async () => {
    const repository = new FakeRepository({ a: '' });
    const states = [
      'success',
      'failure',
      'queued',
      'timed_out',
      'skipped',
      'error',
      'expected',
      'neutral',
      'action_required',
    ];
    const all = Array.from({ length: 180 }, (_, at) =>
      check(`${at} ${'日'.repeat(150)}`, { state: states[at % states.length] ?? '', title: '"'.repeat(900) }),
    );
    repository.ci.set(repository.head('main'), all);
    const paged = async (args: Record<string, unknown>) => {
      const seen: string[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const at: Record<string, unknown> = cursor === undefined ? args : { ...args, cursor };
        const page = await call(repository, 'get_checks', at);
        seen.push(...names(page));
        cursor = page.next_cursor;
        repository.push('main', { a: `later ${seen.length}` });
      }
      return seen;
    };
    const start = repository.head('main');
    expect(await paged({ ref: start })).toEqual(all.map(({ name }) => name));
    const failed = all.filter(({ state }) => ['failure', 'timed_out', 'error', 'action_required'].includes(state));
    expect(await paged({ ref: start, failed: true, limit: 100 })).toEqual(failed.map(({ name }) => name));
  });

  test('what is outside the scope or not there is refused', async () => {
    const repository = new FakeRepository({ a: '' });
    const ask = (args: object, scope?: Record<string, unknown>) => call(repository, 'get_checks', { ...args }, scope);
    await expect(ask({}, { repositories: ['acme/other'] })).rejects.toEqual(refusedWith('out_of_scope'));
    await expect(ask({ number: 1, ref: 'main' })).rejects.toEqual(refusedWith('invalid_arguments'));
    expect(repository.reads).toEqual([]);
    for (const args of [{ number: 9 }, { ref: 'none' }, { ref: 'b'.repeat(40) }]) {
      await expect(ask(args)).rejects.toEqual(refusedWith('not_found'));
    }
    await expect(ask({ cursor: 'x' })).rejects.toEqual(refusedWith('invalid_arguments'));
  });
});
