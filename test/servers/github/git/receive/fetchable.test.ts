import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childGit, type Git } from '#servers/github/git/child.ts';
import { fetchableFrom } from '#servers/github/git/receive/fetchable.ts';

const dir = mkdtempSync(join(tmpdir(), 'fetchable-'));
const git: Git = childGit({ path: process.env['PATH'] ?? '' });
const environment = {
  ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@example.com' },
  ...{ GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@example.com' },
};
const run = async (input: string, ...args: string[]): Promise<string> =>
  (await git.run({ dir, args, input, environment, timeoutMs: 20_000 })).output.toString().trim();

/** A commit with one file. */
async function commit(content: string, ...parents: string[]) {
  const blob = await run(content, 'hash-object', '-w', '--stdin');
  const tree = await run(`100644 blob ${blob}\tfile.txt\n`, 'mktree');
  const oid = await run('', 'commit-tree', tree, '-m', content, ...parents.flatMap((parent) => ['-p', parent]));
  return { oid, blob, tree };
}

beforeAll(async () => {
  await git.run({ args: ['init', '--quiet', '--bare', dir], timeoutMs: 20_000 });
});
afterAll(async () => {
  await git.close();
  rmSync(dir, { recursive: true, force: true });
});

test('what no branch or tag leads to is not there, though it lies in the store', async () => {
  const first = await commit('first');
  const second = await commit('second', first.oid);
  const hidden = await commit('hidden', second.oid);
  await run('', 'update-ref', 'refs/heads/main', second.oid);
  await run('', 'update-ref', 'refs/keep/hidden', hidden.oid);
  const signal = new AbortController().signal;
  const fetchable = fetchableFrom({ git, dir, signal, mostBytes: 1_000_000 });
  const listing = await fetchable.list(second.oid);
  expect([listing.has(second.blob), listing.has(first.blob), listing.tree]).toEqual([true, false, second.tree]);
  const wanted = [first.blob, second.blob, second.tree, hidden.blob, hidden.tree, hidden.oid, '1'.repeat(40)];
  const found = await fetchable.objects(wanted);
  expect(new Set(found.keys())).toEqual(new Set([first.blob, second.blob, second.tree]));
  expect(Buffer.from(found.get(first.blob)?.bytes ?? []).toString()).toBe('first');
  expect(await Promise.all([first, second, hidden].map(({ oid }) => fetchable.leadsTo(oid)))).toEqual([
    true,
    true,
    false,
  ]);
  for (const other of ['1'.repeat(40), first.tree, first.blob]) expect(await fetchable.leadsTo(other)).toBe(false);
});

test('no more is read than there is room for', async () => {
  const large = await commit('x'.repeat(5000));
  await run('', 'update-ref', 'refs/heads/large', large.oid);
  const fetchable = fetchableFrom({ git, dir, signal: new AbortController().signal, mostBytes: 1000 });
  await expect(fetchable.objects([large.blob])).rejects.toMatchObject({ code: 'too_large' });
});
