import { describe, expect, test } from 'vitest';
import { NotDone } from '#shared/tools/index.ts';
import { type Bench, commitTo, nowhere } from './bench.ts';
import { folder } from './content.ts';

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };

/** Branches, and commits on them. */
export function commitsContract(at: () => Bench): void {
  describe('branches and commits', () => {
    test('a signed commit on a new branch, what it changed, and the end of the branch', async () => {
      const { reader, name, repository, base, writer, newBranch, settled } = at();
      const write = await writer();
      const branch = await newBranch(write);
      const files = { 'new.txt': 'one\r\ntwo\n' };
      const deletions = [`${folder}/README.md`];
      const made = await commitTo(write, { repository, branch, head: base.oid, files, deletions });
      expect(made.verified).toBe(true);
      await settled(async () => expect(await reader.head(name, branch)).toBe(made.oid));
      const [newest] = await reader.history(name, branch, 1);
      expect(newest).toMatchObject({ oid: made.oid, parents: [base.oid], message: 'Change\n\nWhy.', verified: true });
      expect(newest?.author).toBe(await reader.ownLogin());
      const read = await reader.files(name, made.oid, ['new.txt', ...deletions]);
      expect(Buffer.from(read.get('new.txt')?.bytes ?? []).toString()).toBe('one\r\ntwo\n');
      expect(read.get(`${folder}/README.md`)).toBeNull();
      const changed = await reader.changed(name, base.oid, made.oid);
      expect(changed).toEqual({ from: base.oid, paths: [...deletions, 'new.txt'], cut: false });
      expect(await reader.changed(name, made.oid, base.oid)).toEqual({ from: base.oid, paths: [], cut: false });
      await write.deleteBranch({ repository, branch, expectedHead: made.oid });
      await settled(async () => expect(await reader.head(name, branch)).toBeNull());
    });

    test('bytes of every value, a byte order mark and other encodings come back as they were', async () => {
      const { reader, name, repository, base, writer, newBranch } = at();
      const write = await writer();
      const files = {
        'all.bin': Uint8Array.from({ length: 256 }, (_, i) => i),
        'bom.txt': Buffer.from('\ufeffBOM\r\n'),
        'latin1.txt': Buffer.from('caf\xe9\n', 'latin1'),
        'long.txt': Buffer.alloc(700 * 1024, 'a long line of text\n'),
        'empty.txt': new Uint8Array(),
      };
      const { oid } = await commitTo(write, { repository, branch: await newBranch(write), head: base.oid, files });
      const read = await reader.files(name, oid, Object.keys(files));
      for (const [path, bytes] of Object.entries(files)) {
        expect(Buffer.from(read.get(path)?.bytes ?? [1]).equals(bytes), path).toBe(true);
      }
    });

    test('an executable that is edited stays one', async () => {
      const { reader, name, repository, base, writer, newBranch } = at();
      const write = await writer();
      const files = { [`${folder}/run.sh`]: '#!/bin/sh\n' };
      const { oid } = await commitTo(write, { repository, branch: await newBranch(write), head: base.oid, files });
      const read = await reader.files(name, oid, Object.keys(files));
      expect(read.get(`${folder}/run.sh`)).toMatchObject({ mode: '100755' });
    });

    test('of two commits on one head one is made, and the other is stale', async () => {
      const { reader, name, repository, base, writer, newBranch, settled } = at();
      const write = await writer();
      const branch = await newBranch(write);
      const both = ['1', '2'].map((text) =>
        commitTo(write, { repository, branch, head: base.oid, files: { 'a.txt': text } }).catch(
          (error: unknown) => error,
        ),
      );
      const outcomes = await Promise.all(both);
      const lost = outcomes.filter((each) => each instanceof NotDone);
      expect(lost).toMatchObject([{ kind: 'stale' }]);
      await settled(async () => expect((await reader.history(name, branch, 1))[0]?.parents).toEqual([base.oid]));
    });

    test('what the preconditions forbid is stale, and nothing is changed', async () => {
      const { reader, name, repository, base, writer, newBranch } = at();
      const write = await writer();
      const branch = await newBranch(write);
      await expect(write.createBranch({ repository, branch, oid: base.oid })).rejects.toMatchObject(stale);
      const late = commitTo(write, { repository, branch, head: nowhere, files: { a: 'x' } });
      await expect(late).rejects.toMatchObject(stale);
      await expect(write.deleteBranch({ repository, branch, expectedHead: nowhere })).rejects.toMatchObject(stale);
      expect(await reader.head(name, branch)).toBe(base.oid);
    });

    test('what GitHub will not do is refused, and nothing is changed', async () => {
      const { reader, name, repository, base, writer, newBranch } = at();
      const write = await writer();
      const branch = await newBranch(write);
      const on = { repository, branch, head: base.oid };
      const workflow = commitTo(write, { ...on, files: { '.github/workflows/contract.yml': 'x' } });
      await expect(workflow).rejects.toMatchObject(refused);
      await expect(commitTo(write, { ...on, files: {}, deletions: ['no-such-file'] })).rejects.toMatchObject(refused);
      const empty = { repository, head: branch, base: base.name, title: 'T', body: '', draft: true };
      await expect(write.openPullRequest(empty)).rejects.toMatchObject(refused);
      await expect(write.closePullRequest({ nodeId: 'PR_nothing' })).rejects.toMatchObject(refused);
      expect(await reader.head(name, branch)).toBe(base.oid);
    });
  });
}
