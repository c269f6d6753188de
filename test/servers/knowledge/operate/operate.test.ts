import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readOperateConfig } from '#servers/knowledge/operate/config.ts';
import { operate } from '#servers/knowledge/operate/operate.ts';
import { operateRequest } from '#servers/knowledge/operate/requests.ts';
import { newSqliteLedger } from '#test/fakes/new-ledger.ts';
import { newFolder } from '../embedded/base.ts';
import { filesIn } from './place.ts';

const path = process.env['PATH'] ?? '';

/** What the program does with a fresh data directory, as the command asks it. */
async function newSuite(more: Readonly<Record<string, string>> = {}) {
  const data = newFolder();
  await newSqliteLedger(join(data, 'ledger.db'));
  const config = readOperateConfig({
    ...{ COUNTERSIGN_DATA: data, COUNTERSIGN_DECISION_KEYS: join(data, 'keys.json'), PATH: path },
    ...{ COUNTERSIGN_REVIEW_URL: 'http://127.0.0.1:7200', ...more },
  });
  const ask = (request: Readonly<Record<string, unknown>>) => operate(config, operateRequest.parse(request), () => {});
  return { data, ask };
}

/** A repository with one commit, and how to do more with it. */
function newRepository(files: Readonly<Record<string, string>>) {
  const folder = filesIn(files, join(newFolder(), 'shop'));
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=A', '-c', 'user.email=a@example.com', ...args], {
      env: { PATH: path, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      encoding: 'utf8',
    }).trim();
  const commit = (): string => {
    git('add', '.');
    git('commit', '-q', '-m', 'a commit');
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q');
  return { folder, first: commit(), commit };
}

const usual = { source: null, make: null, under: null, trust: 'trusted', prune: false, dryRun: false, skip: false };
const make = { name: 'Shop', audience: 'internal', members: { '*': 'read', alice: 'write' } };

test('the docs of a repository at a commit become pages, come up to date with another, and come out as files', async () => {
  const { data, ask } = await newSuite();
  const { folder, first, commit } = newRepository({
    'docs/guide/start.md': '# Start\n\nSee [the end](../end.md).\n',
    'docs/end.md': '# End\n',
    'README.md': '# Not among the docs\n',
  });
  filesIn({ 'docs/end.md': '# End\n\nmore\n' }, folder);
  const from = (ref: string) => ({ kind: 'git', repository: folder, ref, folder: 'docs' });
  const take = (ref: string) => ask({ do: 'import', namespace: 'shop', from: from(ref), ...usual, make });
  // What is not committed is not there.
  expect(await take('HEAD')).toMatchObject({ commit: first, source: 'shop', created: 3, refused: [], passed: [] });
  const second = commit();
  expect(await take('HEAD')).toMatchObject({ commit: second, updated: 1, same: 2 });
  expect(await take(first)).toMatchObject({ commit: first, updated: 1, same: 2 });
  expect(await take(second.slice(0, 12))).toMatchObject({ commit: second, updated: 1 });
  for (const ref of ['no-such', '--output=x', ''])
    await expect(take(ref)).rejects.toMatchObject({ code: 'bad_configuration' });
  expect(await ask({ do: 'namespaces' })).toMatchObject({
    namespaces: expect.arrayContaining([expect.objectContaining({ key: 'shop', pages: 3, ...make })]),
  });
  const out = join(data, 'out');
  expect(await ask({ do: 'export', folder: out, namespace: 'shop', at: null, force: false })).toMatchObject({
    pages: 3,
  });
  expect(readFileSync(join(out, 'end.md'), 'utf8')).toBe('# End\n\nmore\n');
});

test('what is no repository, or has a folder no more, is said so', async () => {
  const { ask } = await newSuite();
  const { folder } = newRepository({ 'a.md': 'a' });
  const take = (repository: string, docs: string | null) => {
    const from = { kind: 'git', repository, ref: 'HEAD', folder: docs };
    return ask({ do: 'import', namespace: 'handbook', from, ...usual });
  };
  await expect(take(newFolder(), null)).rejects.toMatchObject({ code: 'bad_configuration' });
  await expect(take(folder, 'docs')).rejects.toMatchObject({ code: 'bad_configuration' });
  expect(await take(folder, './')).toMatchObject({ created: 1 });
});

test('a namespace is made, set and archived, and then nothing is taken into it', async () => {
  const { ask } = await newSuite();
  const set = (archived: boolean | null) => ask({ do: 'namespace', key: 'shop', make, archived });
  expect([await set(null), await set(true)]).toEqual([
    { key: 'shop', made: true },
    { key: 'shop', made: false },
  ]);
  const from = { kind: 'folder', folder: filesIn({ 'a.md': 'a' }) };
  await expect(ask({ do: 'import', namespace: 'shop', from, ...usual })).rejects.toThrow('is archived');
});

test('what is not there cannot be forgotten', async () => {
  const { ask } = await newSuite();
  const forget = ask({ do: 'forget', page: 'pg_none', reason: 'A test.', dryRun: false });
  await expect(forget).rejects.toMatchObject({ code: 'not_found' });
});
