import { describe, expect, test } from 'vitest';
import type { KnowledgePage } from '#capabilities/knowledge-read/ports.ts';
import { knowledgeWrite } from '#capabilities/knowledge-write/capability.ts';
import { said, call as toolCall } from '#test/capabilities/knowledge-read/call.ts';
import * as drive from '#test/capabilities/knowledge-write/drive.ts';
import { newMark } from '#test/contracts/common.ts';
import { type Bench, refOf, updateOf } from './bench.ts';

/** The readers and the writer of a place, as the tools are driven with them. */
const wikiOf = ({ reader, people, write }: Bench): drive.Wiki => ({
  reader: (agent) => (agent === undefined ? people : reader),
  writer: () => ({ write }),
});

/** Each tool from its call to its undo, on the backend itself. */
export function toolsContract(at: () => Bench): void {
  const propose = (name: string, args: Record<string, unknown>) => drive.propose(wikiOf(at()), name, args);
  const carryOut = (proposal: drive.Proposal) => drive.carryOut(wikiOf(at()), proposal, { by: newMark() });
  const restore = (done: drive.Done) => drive.restore(wikiOf(at()), done, 'refuse', newMark());
  const apply = async (name: string, args: Record<string, unknown>) => carryOut(await propose(name, args));
  const scope = () => ({ namespaces: [at().namespace.key] });
  const read = (name: string, args: Record<string, unknown>) => toolCall(at().reader, name, args, scope());
  const lacks = (name: string): boolean => {
    const isThere = knowledgeWrite.tools.some((tool) => tool.name === name);
    return !isThere || at().reader.backend.lacks.includes(name);
  };
  const bodyOf = (page: KnowledgePage): string => page.body.text.trim();

  describe('tools', () => {
    test('create_page makes one, and its undo puts it away', async () => {
      const { reader, now, title, namespace } = at();
      const args = { namespace: namespace.key, title: title('by a tool'), text: 'What is known' };
      const done = await apply('create_page', args);
      const { id } = Object.values(done.receipts)[0] as { id: string };
      expect(await now({ id })).toMatchObject({ title: title('by a tool'), above: [] });
      await restore(done);
      const after = await reader.page(id);
      expect(after === null || after.trashed).toBe(true);
    });

    test('update_page edits a text, and its undo brings it back', async () => {
      const { newPage, now, title } = at();
      const made = await newPage({ text: 'One\n\nTwo' });
      const { version } = await read('read_page', { page: made.id });
      const done = await apply('update_page', {
        ...{ page: made.id, expected_version: version, title: title('edited') },
        edits: [{ find: 'Two', replace: 'Three' }],
      });
      const then = await now(made);
      expect(then.title).toBe(title('edited'));
      expect(bodyOf(then)).toBe('One\n\nThree');
      const undone = await restore(done);
      expect((await now(made)).title).toBe(made.title);
      expect((await now(made)).body).toEqual(made.body);
      await restore(undone);
      expect((await now(made)).body).toEqual(then.body);
    });

    test('update_page changes one section by its heading', async () => {
      const { newPage, now } = at();
      const made = await newPage({ text: '# Top\n\nIntro.\n\n## Steps\n\nOld.\n\n## After\n\nStays.' });
      const { version } = await read('read_page', { page: made.id });
      const section = { heading: 'Steps', how: 'replace', text: 'New.' };
      await apply('update_page', { page: made.id, expected_version: version, section });
      const text = bodyOf(await now(made));
      expect(text).toContain('New.');
      expect(text).not.toContain('Old.');
      expect(text).toMatch(/Intro\.[\s\S]*## Steps[\s\S]*New\.[\s\S]*## After[\s\S]*Stays\.$/);
    });

    test('update_page leaves alone what somebody changed after it was proposed', async (context) => {
      const { newPage, now, place } = at();
      const { edit } = place.others;
      if (edit === undefined) return context.skip('nobody else is there');
      const made = await newPage({ text: 'Before' });
      const args = { page: made.id, expected_version: made.revision.id, text: 'Ours' };
      const proposal = await propose('update_page', args);
      await edit(refOf(made), { text: 'Theirs' });
      expect(await drive.still(wikiOf(at()), proposal)).toEqual({ stale: expect.any(String) });
      await expect(carryOut(proposal)).rejects.toMatchObject({ name: 'NotDone', kind: 'stale' });
      expect(bodyOf(await now(made))).toBe('Theirs');
    });

    test('move_page moves one, and its undo moves it back', async (context) => {
      const { newPage, now } = at();
      if (lacks('move_page')) return context.skip('pages cannot be moved');
      const [made, to] = [await newPage(), await newPage()];
      const done = await apply('move_page', { page: made.id, parent: to.id });
      expect((await now(made)).above.map(({ id }) => id)).toEqual([to.id]);
      await restore(done);
      expect((await now(made)).above).toEqual([]);
    });

    test('trash_page puts one away, and its undo brings it back', async (context) => {
      const { newPage, now, reader } = at();
      if (lacks('trash_page')) return context.skip('there is no trash');
      const made = await newPage({ text: 'Kept' });
      const done = await apply('trash_page', { page: made.id, expected_version: made.revision.id });
      const gone = await reader.page(made.id);
      expect(gone === null || gone.trashed).toBe(true);
      await restore(done);
      expect(await now(made)).toMatchObject({ trashed: false, title: made.title });
      expect(bodyOf(await now(made))).toBe('Kept');
    });

    test('comment_on_page says something, and its undo takes the words back where comments get another text', async (context) => {
      const { newPage, reader } = at();
      if (lacks('comment_on_page')) return context.skip('nothing can be said on pages');
      const made = await newPage();
      const done = await apply('comment_on_page', { page: made.id, body: 'Read with **care**' });
      const texts = async () => (await reader.comments(made, { limit: 5 })).items.map(({ body }) => body.text.trim());
      expect(await texts()).toEqual(['Read with **care**']);
      if (!reader.backend.rewordsComments) return;
      await restore(done);
      expect(await texts()).toEqual([expect.not.stringContaining('care')]);
    });

    test('the reads show what was written', async () => {
      const { newPage, write, text, reader, settled, run, now, namespace } = at();
      const made = await newPage({ text: '# Top\n\nWhy it matters' });
      if (!lacks('comment_on_page'))
        await write({ kind: 'comment', page: refOf(made), body: text('A word'), replyTo: null });
      const shown = await read('read_page', { page: made.id });
      expect(shown).toMatchObject({
        ...{ page: made.id, version: (await now(made)).revision.id, title: made.title, namespace: namespace.key },
        outline: [{ level: 1, heading: 'Top' }],
        text: { text: expect.stringContaining('Why it matters') },
      });
      if (!reader.backend.lacks.includes('get_page_history')) {
        await write(updateOf(await now(made), { body: text('# Top\n\nWhy it does not') }));
        const { revisions } = await read('get_page_history', { page: made.id });
        expect(revisions).toHaveLength(2);
        const { diff } = await read('diff_page', { page: made.id, from: made.revision.id });
        expect(diff).toMatchObject({ text: expect.stringMatching(/^-Why it matters$[\s\S]*^\+Why it does not$/m) });
      }
      await settled(async () => {
        const { pages } = await read('list_pages', { namespace: namespace.key, limit: 100 });
        expect(pages).toEqual(expect.arrayContaining([expect.objectContaining({ page: expect.any(String) })]));
      });
      const titled = at().title(`${run}toolsearch`);
      const found = await newPage({ title: titled });
      await settled(async () => {
        const { pages } = await read('search_pages', { query: `${run}toolsearch` });
        expect(pages).toContainEqual(expect.objectContaining({ page: found.id, rank: 1, title: titled }));
      });
    });

    test('a page outside the scope answers as one that is not there', async (context) => {
      const { newPage, other, reader } = at();
      if (other === null) return context.skip('there is no other namespace');
      const outside = await newPage({ namespace: other });
      const absent = outside.id.replace(/.{3}$/, (end) => (end === '999' ? '998' : '999'));
      for (const name of ['read_page', 'get_page_history']) {
        const told = await said(reader, name, { page: outside.id }, scope());
        expect(told).toBe((await said(reader, name, { page: absent }, scope())).replaceAll(absent, outside.id));
      }
      const listed = await said(reader, 'list_pages', { parent: outside.id }, scope());
      expect(listed).toBe(
        (await said(reader, 'list_pages', { parent: absent }, scope())).replaceAll(absent, outside.id),
      );
    });

    test('a page that moves out of the scope is not there any more', async (context) => {
      const { newPage, place, reader } = at();
      const { move } = place.others;
      if (move === undefined) return context.skip('nobody moves pages here');
      const made = await newPage();
      const linking = await newPage({ text: `See [it](${made.url})` });
      await move(refOf(made));
      await expect(read('read_page', { page: made.id })).rejects.toMatchObject({ code: 'not_found' });
      expect(await said(reader, 'read_page', { page: linking.id }, scope())).not.toContain('"links"');
    });
  });
}
