import { describe, expect, test } from 'vitest';
import { type Bench, commitTo, nowhere } from './bench.ts';

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };

/** Merges, what takes them back, and branches that are brought up to date. */
export function mergesContract(at: () => Bench): void {
  /** A pull request onto a base of its own, which has moved on by `theirs` when something is given. */
  const pullOnto = async (mine: Record<string, string>, theirs: Record<string, string> = {}) => {
    const { repository, base: from, writer, newBranch } = at();
    const write = await writer();
    const base = { name: await newBranch(write), oid: from.oid };
    const branch = await newBranch(write);
    const { oid: head } = await commitTo(write, { repository, branch, head: from.oid, files: mine });
    if (Object.keys(theirs).length > 0) {
      base.oid = (await commitTo(write, { repository, branch: base.name, head: from.oid, files: theirs })).oid;
    }
    const about = { repository, head: branch, base: base.name, title: 'T', body: '', draft: false };
    return { write, base, branch, head, ...(await write.openPullRequest(about)) };
  };
  const mergeable = async (number: number, wanted: boolean): Promise<void> => {
    const { reader, name, settled } = at();
    await settled(async () => expect(await reader.merging(name, number)).toEqual({ mergeable: wanted, merged: null }));
  };

  describe('merges', () => {
    test.each(['merge', 'squash', 'rebase'] as const)(
      'by %s at just that head on just that base, and opens what takes it back',
      async (method) => {
        const { reader, name, settled } = at();
        const { write, base, branch, head, nodeId, number } = await pullOnto({ 'merged.txt': `${method}\n` });
        const message = method === 'rebase' ? null : { headline: 'Merge', body: 'Why.' };
        const merge = { nodeId, expectedHead: head, base, method, message };
        await mergeable(number, true);
        const bases = [
          { ...base, oid: nowhere },
          { ...base, name: at().base.name },
        ];
        for (const other of [{ expectedHead: nowhere }, ...bases.map((each) => ({ base: each }))]) {
          await expect(write.mergePullRequest({ ...merge, ...other })).rejects.toMatchObject(stale);
        }
        const made = await write.mergePullRequest(merge);
        expect(made).toMatchObject({ verified: method !== 'rebase', url: expect.stringMatching(made.oid) });
        await settled(async () => {
          expect(await reader.head(name, base.name)).toBe(made.oid);
          const merged = { oid: made.oid, by: await reader.ownLogin() };
          expect(await reader.merging(name, number)).toEqual({ mergeable: null, merged });
          expect(await reader.pullRequest(name, number)).toMatchObject({ state: 'merged' });
        });
        const files = await reader.files(name, made.oid, ['merged.txt']);
        expect(Buffer.from(files.get('merged.txt')?.bytes ?? []).toString()).toBe(`${method}\n`);
        if (message) expect((await reader.history(name, base.name, 1))[0]?.message).toBe('Merge\n\nWhy.');
        await expect(write.mergePullRequest(merge)).rejects.toMatchObject(stale);
        const back = await write.revertPullRequest({ nodeId, title: 'Back', body: 'It broke.', draft: true });
        const wanted = { title: 'Back', body: 'It broke.', draft: true, state: 'open', base: base.name };
        await settled(async () => {
          const pull = await reader.pullRequest(name, back.number);
          expect(pull).toMatchObject({ ...wanted, head: `revert-${number}-${branch}` });
        });
      },
    );

    test('not what has conflicts or is a draft, and takes nothing back that is not merged', async () => {
      const { writer, newPull, base: onto } = at();
      const { write, base, head, nodeId, number } = await pullOnto(
        { 'clash.txt': 'mine\n' },
        { 'clash.txt': 'theirs\n' },
      );
      await mergeable(number, false);
      const merge = { expectedHead: head, method: 'merge', message: null } as const;
      await expect(write.mergePullRequest({ ...merge, nodeId, base })).rejects.toMatchObject(refused);
      await expect(write.updateBranch({ nodeId, expectedHead: head, base })).rejects.toMatchObject(refused);
      const revert = { nodeId, title: 'T', body: '', draft: true };
      await expect(write.revertPullRequest(revert)).rejects.toMatchObject(refused);
      const draft = await newPull(await writer());
      const early = { ...merge, nodeId: draft.nodeId, expectedHead: draft.head, base: onto };
      await expect(write.mergePullRequest(early)).rejects.toMatchObject(stale);
    });

    test('brings a branch up to date at just that head with just that base', async () => {
      const { reader, name, settled } = at();
      const { write, base, branch, head, nodeId, number } = await pullOnto(
        { 'mine.txt': 'mine\n' },
        { 'theirs.txt': 'x\n' },
      );
      await mergeable(number, true);
      for (const other of [{ expectedHead: nowhere }, { base: { ...base, oid: nowhere } }, { nodeId: 'PR_nothing' }]) {
        const late = write.updateBranch({ nodeId, expectedHead: head, base, ...other });
        await expect(late).rejects.toMatchObject(stale);
      }
      const made = await write.updateBranch({ nodeId, expectedHead: head, base });
      expect(made).toMatchObject({ verified: true, parents: [head, base.oid] });
      await settled(async () => expect(await reader.head(name, branch)).toBe(made.oid));
      expect((await reader.files(name, made.oid, ['theirs.txt'])).get('theirs.txt')).toMatchObject({ type: 'file' });
      await expect(write.updateBranch({ nodeId, expectedHead: head, base })).rejects.toMatchObject(stale);
    });
  });
}
