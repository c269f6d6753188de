import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FakeKnowledge } from '#test/fakes/knowledge/place.ts';
import { people } from '#test/fakes/knowledge/seed.ts';
import { call, said } from './call.ts';

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom('', '# A', '題'.repeat(900), '\t', '"quoted" \\ back'),
  fc.integer({ min: 1, max: 15_000 }).map((length) => '😀'.repeat(length)),
);

test('the parts of a text, read one after the other, give all of it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const text = lines.join('\n');
      const wiki = new FakeKnowledge();
      const page = wiki.add('handbook', { text });
      const shown = [...text].filter(
        (each) => !/[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(each) || /[\n\t]/.test(each),
      );
      let read = '';
      let range = {};
      for (let round = 0; round < 60; round += 1) {
        const out = await call(wiki.reader('x'), 'read_page', { page, ...range });
        const part = out['text'] as { text: string; next: string | null };
        read += part.text;
        if (part.next === null) break;
        const [, at, column] = /start_line (\d+)(?: and start_column (\d+))?\.$/.exec(part.next) ?? [];
        range = { start_line: Number(at), ...(column !== undefined && { start_column: Number(column) }) };
      }
      const plain = (all: string): string => all.replaceAll('\ufeff', '').replaceAll('\ufe0f', '');
      expect(plain(read)).toBe(plain(shown.join('')));
    }),
    { numRuns: 40 },
  );
});

/** What somebody does where the scope does not reach; `page` chooses among the pages that are there. */
const outside = fc.oneof(
  fc.record({ what: fc.constant('add'), page: fc.nat(9), text: fc.constantFrom('term', 'term term other', 'other') }),
  fc.record({
    what: fc.constantFrom('edit', 'say', 'trash', 'link'),
    page: fc.nat(9),
    text: fc.constantFrom('term', 'x'),
  }),
);

/** The same pages inside, under the same ids; the world around them differs by what is done outside. */
function world(done: readonly { readonly what: string; readonly page: number; readonly text: string }[]) {
  const wiki = new FakeKnowledge();
  const secret = wiki.add('handbook', { title: 'term above all', text: 'term' });
  const top = wiki.add('handbook', { title: 'Team', text: 'term one', parent: secret });
  const pages = [top, wiki.add('handbook', { title: 'Below', text: `other term [up](page:${top})`, parent: top })];
  wiki.edit(top, { text: 'term two' });
  wiki.say(top, 'A word', { author: people.mallory });
  const others = [secret, wiki.add('handbook', { title: 'Beside', text: 'term' }), wiki.add('board', { text: 'term' })];
  for (const { what, page, text } of done) {
    const id = others[page % others.length] ?? secret;
    if (what === 'add') others.push(wiki.add(page % 2 === 0 ? 'board' : 'handbook', { title: text, text }));
    else if (what === 'edit') wiki.edit(id, { title: text, text });
    else if (what === 'say') wiki.say(id, text);
    else if (what === 'link') wiki.edit(id, { text: `[x](page:${top})` });
    else if (id !== secret) wiki.trash(id);
  }
  return { wiki, pages, others };
}

test('no answer differs by what is outside the scope', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(outside, { maxLength: 12 }), async (done) => {
      const [one, other] = [world(done), world([])];
      const [top, below] = one.pages as [string, string];
      const scope = { under: [top] };
      const calls: readonly (readonly [string, Record<string, unknown>])[] = [
        ['search_pages', { query: 'term' }],
        ['search_pages', { query: 'term other', limit: 1 }],
        ['search_pages', { query: 'above' }],
        ['read_page', { page: top }],
        ['read_page', { page: below }],
        ['list_pages', {}],
        ['list_pages', { namespace: 'handbook' }],
        ['list_pages', { namespace: 'handbook', limit: 1, at: '2026-12-31T00:00:00Z' }],
        ['list_pages', { parent: top }],
        ['list_pages', { namespace: 'board' }],
        ['get_page_history', { page: top, limit: 1 }],
        ['diff_page', { page: top, from: one.wiki.kept(top).revisions[0]?.id ?? '' }],
        ...[...one.others, 'P9999'].flatMap((page): [string, Record<string, unknown>][] => [
          ['read_page', { page }],
          ['list_pages', { parent: page }],
          ['get_page_history', { page }],
        ]),
      ];
      for (const [name, args] of calls) {
        const told = await said(one.wiki.reader('x'), name, args, scope);
        expect([name, args, told]).toEqual([name, args, await said(other.wiki.reader('x'), name, args, scope)]);
      }
    }),
    { numRuns: 60 },
  );
});
