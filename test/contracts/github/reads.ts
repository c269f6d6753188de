import { describe, expect, test } from 'vitest';
import { type Bench, nowhere } from './bench.ts';
import { content, folder } from './content.ts';

/** A repository, its branches, folders and files. */
export function readsContract(at: () => Bench): void {
  describe('reading', () => {
    test('a repository by its name, in any case, with its ids', async () => {
      const { reader, name, repository } = at();
      expect(repository).toMatchObject({ name, archived: false, defaultBranch: expect.stringMatching(/./) });
      expect(repository.id).toBeGreaterThan(0);
      expect((await reader.repository(name.toUpperCase())).id).toBe(repository.id);
    });

    test('a repository that is not there', async () => {
      const { reader, name } = at();
      for (const missing of [`${name}-is-not-there`, 'countersign-nobody-has-this/name']) {
        await expect(reader.repository(missing)).rejects.toMatchObject({ code: 'not_found' });
        await expect(reader.head(missing, 'main')).rejects.toMatchObject({ code: 'not_found' });
      }
    });

    test('the head of a branch, and null for none', async () => {
      const { reader, name, base, prefix } = at();
      expect(await reader.head(name, base.name)).toBe(base.oid);
      for (const none of [
        `${prefix}/none`,
        `${base.name}/x`,
        `../../heads/${base.name}`,
        `${base.name}~1`,
        '',
        base.oid,
      ]) {
        expect(await reader.head(name, none)).toBeNull();
      }
    });

    test('branches a page at a time, and those whose name has a part', async () => {
      const { reader, name, base, prefix, newBranch, writer, settled } = at();
      const made = await newBranch(await writer());
      const found = await settled(async () => {
        const page = await reader.branches(name, { limit: 100, query: `${prefix}/` });
        expect(page.items).toContainEqual({ name: made, oid: base.oid });
        return page;
      });
      expect(found.items).toContainEqual(base);
      expect(found.items.every((each) => each.name.includes(`${prefix}/`))).toBe(true);
      const first = await reader.branches(name, { limit: 1 });
      expect(first.items).toHaveLength(1);
      const next = await reader.branches(name, { limit: 1, cursor: first.cursor ?? '' });
      expect(next.items[0]?.name).not.toBe(first.items[0]?.name);
      const nonsense = reader.branches(name, { limit: 1, cursor: 'nonsense' });
      await expect(nonsense).rejects.toMatchObject({ name: 'AppError' });
    });

    test('the entries of a folder, with modes, types and sizes', async () => {
      const { reader, name, base } = at();
      const types = { '100644': 'file', '100755': 'file', '120000': 'symlink' } as const;
      const direct = Object.entries(content).filter(([path]) => path.split('/').length === 2);
      const wanted = direct.map(([path, { mode, bytes }]) => ({
        ...{ path, mode, type: types[mode], size: mode === '120000' ? null : bytes.length },
        oid: expect.stringMatching(/^[0-9a-f]{40}$/),
      }));
      const source = { path: `${folder}/src`, type: 'directory', mode: '040000', size: null };
      for (const revision of [base.name, base.oid]) {
        const entries = (await reader.tree(name, revision, folder)) ?? [];
        expect(entries).toHaveLength(wanted.length + 1);
        expect(entries).toEqual(expect.arrayContaining([...wanted, expect.objectContaining(source)]));
      }
      const root = await reader.tree(name, base.oid, '');
      expect(root).toContainEqual(expect.objectContaining({ path: folder, type: 'directory', mode: '040000' }));
    });

    test('null for what is no folder', async () => {
      const { reader, name, base, prefix } = at();
      for (const [revision, path] of [
        [base.name, `${folder}/README.md`],
        [base.name, 'no/such/folder'],
        [`${prefix}/none`, ''],
        [nowhere, ''],
        [`${base.name}^{/Begin}`, ''],
        [`${base.name}:${folder}`, ''],
      ] as const) {
        expect(await reader.tree(name, revision, path)).toBeNull();
      }
    });

    test('what stands at paths: text, bytes, executables, symlinks, folders and nothing', async () => {
      const { reader, name, base } = at();
      const others = [`${folder}/src`, 'none', `${folder}/README.md/x`];
      const files = await reader.files(name, base.oid, [...Object.keys(content), ...others]);
      for (const [path, { mode, bytes }] of Object.entries(content)) {
        const type = mode === '120000' ? 'symlink' : 'file';
        expect(files.get(path), path).toMatchObject({ type, mode });
        expect(Buffer.from(files.get(path)?.bytes ?? []).equals(bytes), path).toBe(true);
      }
      expect(files.get(`${folder}/src`)).toMatchObject({ type: 'directory', bytes: null });
      expect([files.get('none'), files.get(`${folder}/README.md/x`)]).toEqual([null, null]);
    });

    test('a commit that is not there, and an id of what is no commit', async () => {
      const { reader, name, base } = at();
      const tree = (await reader.tree(name, base.oid, ''))?.find(({ path }) => path === folder)?.oid ?? '';
      for (const id of [nowhere, tree]) {
        const reading = reader.files(name, id, [`${folder}/README.md`]);
        await expect(reading).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('commit') });
        expect(await reader.tree(name, id, folder)).toBeNull();
        await expect(reader.commits(name, { commit: id, limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
        await expect(reader.checks(name, id, { limit: 1 })).rejects.toMatchObject({ code: 'not_found' });
      }
    });

    test('history, newest first, in pages, and of a file or a folder', async () => {
      const { reader, name, base, prefix } = at();
      const [newest, before] = await reader.history(name, base.name, 2);
      expect(newest).toMatchObject({ oid: base.oid, parents: [before?.oid], message: 'Go on', verified: true });
      expect(before).toMatchObject({ message: 'Begin\n\nOf the contract.', verified: true });
      expect(newest?.author).toBe(await reader.ownLogin());
      expect(await reader.history(name, `${prefix}/none`, 3)).toEqual([]);
      const first = await reader.commits(name, { commit: base.oid, limit: 1 });
      expect(first.items.map(({ oid }) => oid)).toEqual([base.oid]);
      const next = await reader.commits(name, { commit: base.oid, limit: 1, cursor: first.cursor ?? '' });
      expect(next.items.map(({ oid }) => oid)).toEqual([before?.oid]);
      const of = async (path: string) =>
        (await reader.commits(name, { commit: base.oid, path, limit: 5 })).items.map(({ oid }) => oid);
      expect(await of(`${folder}/README.md`)).toEqual([before?.oid]);
      expect(await of(folder)).toEqual([base.oid, before?.oid]);
      expect(await of('no/such/file')).toEqual([]);
    });

    test('no code for words that stand nowhere, and none for more words than GitHub takes', async () => {
      const { reader, name } = at();
      const words = ['no-file-has-this-f1b0', 'x" repo:github/docs "'];
      expect(await reader.searchCode(name, { words, folder: '' })).toEqual({ items: [], incomplete: false });
      const long = reader.searchCode(name, { words: ['x'.repeat(300)], folder: '' });
      await expect(long).rejects.toMatchObject({ code: 'invalid_arguments' });
    });

    test('what is not there of CI and of pull requests', async () => {
      const { reader, name } = at();
      const none = 2_000_000_000;
      expect(await reader.job(name, none)).toBeNull();
      expect(await reader.jobLog(name, none)).toBeNull();
      expect(await reader.pullRequest(name, none)).toBeNull();
      expect(await reader.merging(name, none)).toBeNull();
      expect(await reader.reviewers(name, none)).toBeNull();
      expect(await reader.reviews(name, none)).toEqual([]);
      expect(await reader.comments(name, none, { limit: 1 })).toEqual({ items: [], cursor: null });
      expect(await reader.reviewThreads(name, none, { limit: 1 })).toEqual({ items: [], cursor: null });
    });
  });
}
