import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import { connect } from './connect.ts';
import { type RunningForge, startForge } from './start-forge.ts';

const repository = 'acme/storefront';
const branches = 10_000;
const names = Array.from({ length: 5_000 }, (_, at) => `größe und 大きさ ${String(at).padStart(4, '0')}.md`);

let forge: RunningForge;
const git = (input: string, ...args: string[]) =>
  execFileSync('git', args, { cwd: forge.gitDir, input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });

beforeAll(async () => {
  forge = await startForge();
  const files = names.map((name) => `M 100644 inline "many/${name}"\ndata 1\nx\n`).join('');
  const head = 'commit refs/heads/agent/many\ncommitter a <a@example.com> 1700000000 +0000\ndata 1\nm\n';
  git(`${head}from refs/heads/main^0\n${files}`, 'fast-import', '--quiet');
  const at = git('', 'rev-parse', 'refs/heads/main').trim();
  const refs = Array.from({ length: branches }, (_, each) => `create refs/heads/team/nr-${each} ${at}\n`);
  git(refs.join(''), 'update-ref', '--stdin');
  git('', 'pack-refs', '--all');
});
afterAll(() => forge.close());

/** A read tool's answer, whatever the scope would leave out. */
async function call(tool: string, args: object): Promise<Record<string, unknown> & { next_cursor: string | null }> {
  const found = repoRead.tools.find((each) => each.name === tool);
  if (found?.kind !== 'read') throw new Error(`no tool ${tool}`);
  const all = (_: RepoAsk): boolean => true;
  const answer = await found.read(found.input.parse({ repository, ...args }), connect(forge.url).reader, all, []);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(12_288);
  return found.output.parse(answer) as Record<string, unknown> & { next_cursor: string | null };
}

test('a folder of 5,000 files is listed in the order of their names, each page from where the last ended', async () => {
  const listed: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 4; page += 1) {
    const answer = await call('list_files', { ref: 'agent/many', path: 'many', ...(cursor && { cursor }) });
    listed.push(...(answer['entries'] as { path: string }[]).map(({ path }) => path));
    cursor = answer.next_cursor;
    expect(cursor).not.toBeNull();
  }
  expect(listed).toEqual(names.slice(0, listed.length).map((name) => `many/${name}`));
});

test('among 10,000 branches one is found by a part of its name, and pages do not overlap', async () => {
  const named = (page: Record<string, unknown>) => (page['branches'] as { name: string }[]).map(({ name }) => name);
  expect(named(await call('list_branches', { query: 'nr-9999' }))).toEqual(['team/nr-9999']);
  const first = await call('list_branches', { query: 'nr-', limit: 100 });
  const both = [
    ...named(first),
    ...named(await call('list_branches', { query: 'nr-', limit: 100, cursor: first.next_cursor })),
  ];
  expect(both.length).toBeGreaterThanOrEqual(100);
  expect(new Set(both).size).toBe(both.length);
});

test('20 MB in a hundred files with blanks and Unicode in their names are one commit, byte for byte', async () => {
  const { reader, openWriter } = connect(forge.url);
  const { id, ...at } = await reader.repository(repository);
  const writer = await openWriter({ repositoryId: id, repository });
  const additions = names.slice(0, 100).map((name) => ({ path: `large/${name}`, bytes: randomBytes(200_000) }));
  const expectedHead = git('', 'rev-parse', 'refs/heads/agent/many').trim();
  const message = { headline: 'Large', body: '' };
  const branch = 'agent/many';
  const commit = { repository: { id, ...at }, branch, expectedHead, ...message, additions, deletions: [] };
  const { oid, verified } = await writer.commit(commit);
  expect(verified).toBe(true);
  const ids = git('', 'ls-tree', '-r', '--format=%(objectname)', oid, 'large').trim().split('\n');
  expect(ids).toHaveLength(100);
  for (const [index, { bytes }] of additions.entries()) {
    const kept = execFileSync('git', ['cat-file', 'blob', ids[index] ?? ''], { cwd: forge.gitDir });
    expect(kept.equals(bytes)).toBe(true);
  }
});
