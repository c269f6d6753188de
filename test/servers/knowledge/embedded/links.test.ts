import { describe, expect, test } from 'vitest';
import { linkTargets } from '#servers/knowledge/embedded/store/links.ts';
import { newBase } from './base.ts';

const origin = 'knowledge:01234567';
const targets = (text: string, path: string | null = 'docs/guide/start.md') =>
  linkTargets(text, origin, path).map(({ kind, target }) => `${kind} ${target}`);

describe('a link', () => {
  test.each([
    ['[a](other.md)', ['path docs/guide/other.md']],
    ['[a](../api/x%20y.md#part "title")', ['path docs/api/x y.md']],
    ['[a](<../with blanks.md>)', ['path docs/with blanks.md']],
    ['![a](./picture.png)', ['path docs/guide/picture.png']],
    ['[a][b]\n\n[b]: other.md', ['path docs/guide/other.md']],
    ['[a](page:pg_abc123#part) <page:pg_abc123>', ['page pg_abc123']],
    [`see ${origin}/pg_abc123.`, ['page pg_abc123']],
    ['[a](https://example.org/x.md) [b](mailto:a@b.c) [c](javascript:x) [d](//host/x) [e](#part) [f](?q)', []],
    ['[a](../../../../etc/passwd) [b](/etc/passwd)', []],
    ['[a](%ff.md)', ['path docs/guide/%ff.md']],
    ['[a](knowledge:99999999/pg_abc123)', []],
  ])('in %j', (text, wanted) => {
    expect(targets(text)).toEqual(wanted);
  });

  test('by a path leads nowhere from a page that was not imported', () => {
    expect(targets('[a](other.md)', null)).toEqual([]);
  });

  test('of very much text is found in time that grows with it', () => {
    expect(targets(`${'[a]('.repeat(100_000)}${'](<'.repeat(100_000)}${'['.repeat(100_000)}`)).toEqual(
      expect.any(Array),
    );
  });
});

describe('pages', () => {
  test('lead to one another, also to what is imported later, and to nothing in the trash', async () => {
    const { add, page, reader, write, edit } = newBase();
    const start = await page(
      add('handbook', { path: 'a/start.md', text: '[x](late.md) [y](../gone.md) [me](start.md)' }),
    );
    expect((await reader.links(start)).to).toEqual([]);
    const late = await page(add('handbook', { path: 'a/late.md', title: 'Late' }));
    expect((await reader.links(start)).to).toMatchObject([{ id: late.id, title: 'Late', trust: 'trusted' }]);
    expect((await reader.links(late)).from.map(({ id }) => id)).toEqual([start.id]);
    const elsewhere = await page(add('notes', { path: 'a/late.md', text: `[back](page:${late.id})` }));
    expect((await reader.links(late)).from.map(({ id, namespace }) => [id, namespace.key])).toEqual([
      [start.id, 'handbook'],
      [elsewhere.id, 'notes'],
    ]);
    const { namespace, above, revision } = late;
    await write({ kind: 'trash', page: late, place: { namespace, above: [...above] }, revision: revision.id });
    expect((await reader.links(start)).to).toEqual([]);
    edit(start.id, 'no link any more');
    expect((await reader.links(elsewhere)).from).toEqual([]);
  });
});
