import { describe, expect, test } from 'vitest';
import type { RepoWriter, TreeChange } from '#capabilities/repo-write/ports.ts';
import { type Bench, nowhere } from './bench.ts';
import { folder } from './content.ts';

const stale = { name: 'NotDone', kind: 'stale' };
const refused = { name: 'NotDone', kind: 'refused' };
const run = { path: 'bin/run', mode: '100755', bytes: Buffer.from('#!/bin/sh\n') } as const;

/** Commits that are built before any branch leads to them. */
export function gitDataContract(at: () => Bench): void {
  const build = async (write: RepoWriter, entries: readonly TreeChange[]) => {
    const { repository, base } = at();
    return write.buildCommit({ repository, parent: base.oid, baseTree: null, entries, message: 'Build\n\nWhy.' });
  };

  describe('commits that are built before any branch leads to them', () => {
    test('are signed, keep modes, links and bytes, and a branch moves to the last of them at once', async () => {
      const { reader, name, repository, base, writer, newBranch, settled } = at();
      const write = await writer();
      const known = await reader.files(name, base.oid, [`${folder}/all.bin`]);
      const bytes = Buffer.from('\ufeffBOM\r\n');
      const branch = await newBranch(write);
      const first = await build(write, [
        run,
        { path: 'to-readme', mode: '120000', bytes: Buffer.from(`${folder}/README.md`) },
        { path: 'copy.bin', mode: '100644', oid: known.get(`${folder}/all.bin`)?.oid ?? '' },
        { path: 'bom.txt', mode: '100644', bytes },
        { path: `${folder}/README.md`, delete: true },
      ]);
      expect(await reader.head(name, branch)).toBe(base.oid);
      const second = await write.buildCommit({
        ...{ repository, parent: first.oid, baseTree: first.tree, message: 'Second' },
        entries: [{ path: 'bin/run', mode: '100644', bytes: run.bytes }],
      });
      expect([first, second]).toMatchObject([{ verified: true }, { verified: true }]);
      await write.moveBranch({ repository, branch, from: base.oid, to: second.oid });
      await settled(async () => expect(await reader.head(name, branch)).toBe(second.oid));
      const read = await reader.files(name, first.oid, [
        'bin/run',
        'to-readme',
        'copy.bin',
        'bom.txt',
        `${folder}/README.md`,
      ]);
      expect([...read.values()].map((each) => each?.mode)).toEqual(['100755', '120000', '100644', '100644', undefined]);
      expect(Buffer.from(read.get('bom.txt')?.bytes ?? []).equals(bytes)).toBe(true);
      expect((await reader.files(name, second.oid, ['bin/run'])).get('bin/run')).toMatchObject({ mode: '100644' });
      const [newest, before] = await reader.history(name, branch, 2);
      expect(newest).toMatchObject({ parents: [first.oid], message: 'Second', verified: true });
      expect(before).toMatchObject({ parents: [base.oid], message: 'Build\n\nWhy.', author: newest?.author });
    });

    test('make a branch, unless one of that name is there, and move none to what does not come after it', async () => {
      const { reader, name, repository, base, prefix, writer, settled } = at();
      const write = await writer();
      const { oid } = await build(write, [run]);
      const branch = `${prefix}/built`;
      await write.moveBranch({ repository, branch, from: null, to: oid });
      await settled(async () => expect(await reader.head(name, branch)).toBe(oid));
      await expect(write.moveBranch({ repository, branch, from: null, to: oid })).rejects.toMatchObject(stale);
      await expect(write.moveBranch({ repository, branch, from: base.oid, to: oid })).rejects.toMatchObject(stale);
      const back = { repository, branch, from: oid, to: base.oid };
      await expect(write.moveBranch(back)).rejects.toMatchObject(refused);
      await write.rewindBranch(back);
      await settled(async () => expect(await reader.head(name, branch)).toBe(base.oid));
      await expect(write.rewindBranch(back)).rejects.toMatchObject(stale);
    });

    test.each<[string, TreeChange]>([
      ['a path that is not there', { path: 'no/such.txt', delete: true }],
      ['an object that is not there', { path: 'a', mode: '100644', oid: nowhere }],
      ['a workflow', { path: '.github/workflows/ci.yml', mode: '100644', bytes: Buffer.from('on: push\n') }],
    ])('are refused for %s', async (_, entry) => {
      await expect(build(await at().writer(), [entry])).rejects.toMatchObject(refused);
    });
  });
}
