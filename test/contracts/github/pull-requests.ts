import { describe, expect, test } from 'vitest';
import type { Page } from '#capabilities/common/page.ts';
import type { FileDiff } from '#capabilities/repo-read/ports.ts';
import { type Bench, commitTo } from './bench.ts';
import { content, folder } from './content.ts';

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };

/** Pull requests: opened, changed, closed, and what they change. */
export function pullRequestsContract(at: () => Bench): void {
  describe('pull requests', () => {
    test('are opened, found by their branches, closed and opened again', async () => {
      const { reader, name, base, writer, newPull, settled } = at();
      const write = await writer();
      const { branch, head, ...opened } = await newPull(write);
      const about = { number: opened.number, nodeId: opened.nodeId, draft: true, head: branch, base: base.name };
      const author = await reader.ownLogin();
      const found = await settled(async () => {
        const pull = await reader.pullRequest(name, opened.number);
        expect(pull).toMatchObject({ ...about, state: 'open', headOid: head, author, title: 'T', body: 'B' });
        return pull;
      });
      await settled(async () => {
        const listed = await reader.pullRequests(name, { limit: 5, state: 'open', head: branch, base: base.name });
        expect(listed).toEqual({ items: [found], cursor: null });
      });
      await write.closePullRequest(opened);
      await settled(async () =>
        expect(await reader.pullRequest(name, opened.number)).toMatchObject({ state: 'closed' }),
      );
      await write.reopenPullRequest(opened);
      await settled(async () => expect(await reader.pullRequest(name, opened.number)).toMatchObject({ state: 'open' }));
    });

    test('change field by field, each while it is as it was', async () => {
      const { reader, name, prefix, base, writer, newBranch, newPull, settled } = at();
      const write = await writer();
      const { number, nodeId } = await newPull(write);
      const other = await newBranch(write);
      const steps = [
        [
          { title: 'T', body: 'B' },
          { title: 'New', body: '' },
        ],
        [{ base: base.name }, { base: other }],
        [{ draft: true }, { draft: false }],
        [{ draft: false }, { draft: true }],
        [{ state: 'open' }, { state: 'closed' }],
        [{ state: 'closed' }, { state: 'open' }],
      ] as const;
      for (const [from, to] of steps) {
        await write.changePullRequest({ nodeId, from, to });
        await settled(async () => expect(await reader.pullRequest(name, number)).toMatchObject(to));
        await expect(write.changePullRequest({ nodeId, from, to })).rejects.toMatchObject(stale);
      }
      const gone = write.changePullRequest({ nodeId: 'PR_nothing', from: {}, to: { title: 'x' } });
      await expect(gone).rejects.toMatchObject(stale);
      const nowhere = write.changePullRequest({ nodeId, from: { base: other }, to: { base: `${prefix}/none` } });
      await expect(nowhere).rejects.toMatchObject(refused);
      await write.changePullRequest({ nodeId, from: { state: 'open' }, to: { state: 'closed' } });
      await settled(async () => expect(await reader.pullRequest(name, number)).toMatchObject({ state: 'closed' }));
      const closed = write.changePullRequest({ nodeId, from: { base: other }, to: { base: base.name } });
      await expect(closed).rejects.toMatchObject(refused);
    });

    test('show what they change since they left their base, in pages', async () => {
      const { reader, name, repository, base, writer, newBranch, settled } = at();
      const write = await writer();
      const branch = await newBranch(write);
      const moved = `${folder}/src/code.ts`;
      const files = {
        'moved.ts': content[moved]?.bytes ?? '',
        'new "one".md': 'a\nb\n',
        'x.bin': Buffer.from([0, 255]),
        [`${folder}/README.md`]: 'Short\n',
      };
      await commitTo(write, { repository, branch, head: base.oid, files, deletions: [moved] });
      const about = { repository, head: branch, base: base.name, title: 'A diff', body: '', draft: true };
      const { number } = await write.openPullRequest(about);
      const all = await settled(async () => {
        const { items } = await reader.pullRequestFiles(name, number, { limit: 100 });
        expect(items).toHaveLength(4);
        return items;
      });
      const paged: FileDiff[] = [];
      for (let cursor: string | null = '1'; cursor !== null; ) {
        const page: Page<FileDiff> = await reader.pullRequestFiles(name, number, { limit: 2, cursor });
        paged.push(...page.items);
        cursor = page.cursor;
      }
      expect(paged).toEqual(all);
      expect(Object.fromEntries(all.map((file) => [file.path, file]))).toEqual({
        'moved.ts': expect.objectContaining({ status: 'renamed', previousPath: moved, patch: null }),
        'new "one".md': {
          ...{ path: 'new "one".md', previousPath: null, status: 'added', additions: 2, deletions: 0 },
          patch: '@@ -0,0 +1,2 @@\n+a\n+b',
        },
        'x.bin': expect.objectContaining({ status: 'added', patch: null }),
        [`${folder}/README.md`]: expect.objectContaining({
          ...{ status: 'modified', patch: expect.stringMatching(/^@@ .*\n-.*\+Short$/s) },
        }),
      });
      const wrong = reader.pullRequestFiles(name, number, { limit: 2, cursor: '../1' });
      await expect(wrong).rejects.toMatchObject({ code: 'invalid_arguments' });
    });
  });
}
