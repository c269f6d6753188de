import { describe, expect, test } from 'vitest';
import type { Check, Job } from '#capabilities/repo-read/ports.ts';
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

describe('get_check_log', () => {
  const at = (second: number) => `2026-03-01T09:00:${String(second).padStart(2, '0')}`;
  const written = (second: number, text: string) => `${at(second)}.1234567Z ${text}`;
  const step = (name: string, conclusion: string | null, from: number, to: number) => ({
    ...{ name, conclusion, startedAt: `${at(from)}Z`, completedAt: `${at(to)}Z` },
  });

  function withJob(job: Partial<Job> & { log: string | null }): FakeRepository {
    const repository = new FakeRepository({ a: '' });
    const about = {
      name: 'test',
      commit: repository.head('main'),
      status: 'completed',
      conclusion: 'failure',
      steps: [],
    };
    repository.jobs.set(7, { ...about, ...job });
    return repository;
  }

  test('shows what the step that failed wrote, without times and colours', async () => {
    const repository = withJob({
      steps: [step('Set up', 'success', 0, 4), step('Test', 'failure', 5, 9), step('Clean up', 'success', 9, 20)],
      log: [
        `\uFEFF${written(1, 'Preparing')}`,
        written(5, '##[group]Run npm test'),
        written(7, '\u001b[31mnot ok\u001b[0m 1 - adds'),
        '  went on without a time',
        written(9, '##[error]Process completed with exit code 1.'),
        written(9, 'Post job cleanup.'),
        written(12, 'Cleaning'),
        '',
      ].join('\r\n'),
    });
    expect(await call(repository, 'get_check_log', { job: 7 })).toEqual({
      ...{
        repository: 'acme/web',
        job: 7,
        name: 'test',
        commit: repository.head('main'),
        state: 'failure',
        step: 'Test',
      },
      log: [
        '##[group]Run npm test',
        'not ok 1 - adds',
        '  went on without a time',
        '##[error]Process completed with exit code 1.',
      ].join('\n'),
      ...{ lines_before: 0, redacted: 0, untrusted: ['name', 'step', 'log'] },
    });
  });

  test('of a long log gives the end, and says how much was before it', async () => {
    const lines = Array.from({ length: 5000 }, (_, line) =>
      written(line % 60, `line ${line} ${'日"\u0001'.repeat(line % 40)}`),
    );
    const repository = withJob({ log: lines.join('\n') });
    const few = await call(repository, 'get_check_log', { job: 7, lines: 3 });
    expect(
      String(few['log'])
        .split('\n')
        .map((line) => line.split(' ')[1]),
    ).toEqual(['4997', '4998', '4999']);
    expect(few).toMatchObject({ lines_before: 4997, step: null });
    const many = await call(repository, 'get_check_log', { job: 7, lines: 500 });
    expect(String(many['log']).split('\n').length + Number(many['lines_before'])).toBe(5000);
    const wide = withJob({ log: written(1, 'x'.repeat(100_000)) });
    expect(await call(wide, 'get_check_log', { job: 7 })).toMatchObject({
      log: `${'x'.repeat(1000)}…`,
      lines_before: 0,
    });
  });

  test('leaves out credentials, also one that the cut would have halved', async () => {
    const token = `ghs_${'a1'.repeat(18)}`;
    const key = [
      '-----BEGIN RSA PRIVATE',
      ' KEY-----\n',
      'MIIabc\n'.repeat(30),
      '-----END RSA PRIVATE',
      ' KEY-----',
    ].join('');
    const log = `${key
      .split('\n')
      .map((line) => written(1, line))
      .join('\n')}\n${written(2, `${'x'.repeat(980)} ${token} end`)}`;
    const shown = await call(withJob({ log }), 'get_check_log', { job: 7, lines: 2 });
    expect(shown).toMatchObject({ redacted: 2, lines_before: 0 });
    expect(shown['log']).not.toMatch(/MII|ghs_/);
    expect(String(shown['log'])).toContain('[redacted: private key]');
  });

  test('is closed to a scope of some paths, since a log can show any file', async () => {
    const repository = withJob({ log: 'x' });
    const asked = call(repository, 'get_check_log', { job: 7 }, { paths: { allow: ['src/**'] } });
    await expect(asked).rejects.toEqual(refusedWith('out_of_scope'));
    expect(repository.reads).toEqual([]);
  });

  test('a job that is not there, has not ended, or whose log is gone', async () => {
    const ask = (repository: FakeRepository, job: number) => call(repository, 'get_check_log', { job });
    await expect(ask(withJob({ log: 'x' }), 8)).rejects.toEqual(refusedWith('not_found'));
    const running = withJob({ log: null, status: 'in_progress', conclusion: null });
    await expect(ask(running, 7)).rejects.toThrow('has not ended');
    await expect(ask(withJob({ log: null }), 7)).rejects.toThrow('is not kept');
  });
});
