import { describe, expect, test } from 'vitest';
import type { KnowledgePage } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite, PageBack } from '#capabilities/knowledge-write/ports.ts';
import { sha256 } from '#shared/crypto/canonical.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { type Bench, placeOf, placeUnder, refOf, trashOf, updateOf } from './bench.ts';
import { moveOf } from './places.ts';
import { allOf } from './reads.ts';
import { stale } from './writes.ts';

/** A moment after all that was done before, and before all that is done after it. */
async function moment(at: Bench): Promise<string> {
  const before = await at.newPage();
  // Times are told in milliseconds: nothing else happens in the one that is taken.
  const taken = present((await at.now(before)).revision.at);
  await at.settled(async () => {
    const after = await at.newPage();
    if (after.revision.at <= taken) throw new Error('the same moment still');
  });
  return taken;
}

/** What was, and how a namespace is brought back to it. */
export function pastContract(at: () => Bench): void {
  const none = 'the backend does not tell what was at a moment';
  const isKept = (): boolean => at().reader.backend.past;
  const textBack = (page: KnowledgePage, words: string): PageBack => {
    const { title, body, revision } = page;
    return { kind: 'text', page: refOf(page), revision: revision.id, from: { title, body }, body: at().text(words) };
  };
  const backTo = (...pages: PageBack[]): KnowledgeWrite => {
    const { id, key, name, audience } = at().namespace;
    return { kind: 'bring_back', namespace: { id, key, name, ...(audience !== undefined && { audience }) }, pages };
  };

  describe('the past', () => {
    test('a page is told as it was at a moment: its title, text, place, and that it was not there yet', async (context) => {
      const { newPage, now, write, reader, text, title } = at();
      if (!isKept()) return context.skip(none);
      const early = await moment(at());
      const parent = await newPage();
      const made = await newPage({ text: 'First', parent });
      const then = await moment(at());
      await write(updateOf(made, { title: title('renamed'), body: text('Second') }));
      await write(moveOf(await now(made), { ...placeOf(parent), above: [] }));
      const past = present(await reader.past(refOf(made), { at: then }));
      expect(past.body.text.trim()).toBe('First');
      expect(past.revision.id).toBe(made.revision.id);
      expect(past.page.title).toBe(made.title);
      expect(past.place.above.map(({ id }) => id)).toEqual([parent.id]);
      expect(await reader.past(refOf(made), { at: early })).toBeNull();
      const late = present(await reader.past(refOf(made), { at: await moment(at()) }));
      expect(late).toMatchObject({ page: { title: title('renamed') }, place: { above: [] } });
    });

    test('a namespace is told as it was at a moment, without what was in the trash, and as it is now', async (context) => {
      const { newPage, now, write, reader, namespace, text } = at();
      if (!isKept()) return context.skip(none);
      const [kept, gone, changed] = [await newPage(), await newPage(), await newPage({ text: 'First' })];
      const then = await moment(at());
      await write(trashOf(gone));
      await write(updateOf(changed, { body: text('Second') }));
      const later = await newPage();
      const all = async (when: string | null) => {
        const pages = await allOf((cursor) => reader.pastPages(namespace, when, { limit: 3, cursor }));
        return new Map(pages.map((each) => [each.page.id, each]));
      };
      const [past, present_] = [await all(then), await all(null)];
      expect([...past.keys()]).toEqual(expect.arrayContaining([kept.id, gone.id, changed.id]));
      expect([...past.keys()]).not.toContain(later.id);
      const [first, second] = [present(past.get(changed.id)), present(present_.get(changed.id))];
      expect((await first.body()).text.trim()).toBe('First');
      expect(first.digest).toBe(sha256((await first.body()).text));
      expect(past.get(kept.id)?.digest).toBe(present_.get(kept.id)?.digest);
      expect([...past.keys()]).toEqual([...past.keys()].toSorted((one, other) => (one < other ? -1 : 1)));
      expect([...present_.keys()]).not.toContain(gone.id);
      expect((await second.body()).text.trim()).toBe('Second');
      expect((await first.now()).namespace.key).toBe(namespace.key);
      expect((await now(kept)).revision.id).toBe(present_.get(kept.id)?.revision.id);
    });

    test('what came from elsewhere tells in its history where it was', async (context) => {
      const { newPage, now, write, reader, other, place, text, namespace } = at();
      if (!isKept()) return context.skip(none);
      if (other === null || place.able.movesBetween !== true) return context.skip('pages stay in their namespace');
      const made = await newPage({ namespace: other, text: 'Secret' });
      await write(updateOf(made, { body: text('Cleaned up') }));
      await write(moveOf(await now(made), { ...placeOf(await newPage()), above: [] }));
      const moved = await now(made);
      expect(moved.namespace.key).toBe(namespace.key);
      const revisions = await allOf((cursor) => reader.history(refOf(moved), { limit: 10, cursor }));
      const first = revisions.find(({ id }) => id === made.revision.id);
      expect(first?.place?.namespace.key).toBe(other.key);
      const past = present(await reader.past(refOf(moved), { revision: made.revision.id }));
      expect(past.place.namespace.key).toBe(other.key);
      const current = revisions.find(({ id }) => id === moved.revision.id);
      expect(current?.place?.namespace.key ?? namespace.key).toBe(namespace.key);
    });

    test('what is elsewhere by now says so in a list of before', async (context) => {
      const { newPage, now, write, reader, other, place, namespace } = at();
      if (!isKept()) return context.skip(none);
      if (other === null || place.able.movesBetween !== true) return context.skip('pages stay in their namespace');
      const [made, left] = [await newPage(), await newPage()];
      const then = await moment(at());
      await write(moveOf(made, { namespace: present(await reader.namespace(other.key)), above: [] }));
      const pages = await allOf((cursor) => reader.pastPages(namespace, then, { limit: 3, cursor }));
      const nowOf = async (id: string) => (await present(pages.find(({ page }) => page.id === id)).now()).namespace.key;
      expect([await nowOf(made.id), await nowOf(left.id)]).toEqual([other.key, namespace.key]);
      expect((await now(made)).namespace.key).toBe(other.key);
    });

    test('texts, places and the trash are brought back as one', async (context) => {
      const { newPage, now, write, text } = at();
      if (!isKept()) return context.skip(none);
      const [one, to] = [await newPage({ text: 'First' }), await newPage()];
      const [moved, extra] = [await newPage(), await newPage()];
      const gone = await newPage();
      await write(updateOf(one, { body: text('Second') }));
      await write(moveOf(moved, placeUnder(to)));
      await write(trashOf(gone));
      const backs: PageBack[] = [
        { kind: 'untrash', page: refOf(gone), place: placeOf(gone) },
        textBack(await now(one), 'First'),
        { ...(moveOf(await now(moved), placeOf(moved)) as Extract<PageBack, { kind: 'move' }>) },
        { ...(trashOf(extra) as Extract<PageBack, { kind: 'trash' }>) },
      ];
      await write(backTo(...backs));
      expect((await now(one)).body.text.trim()).toBe('First');
      expect((await now(moved)).above).toEqual([]);
      expect((await now(gone)).trashed).toBe(false);
      expect((await now(extra)).trashed).toBe(true);
    });

    test('all of it or nothing: one page that is no longer as expected leaves all as they are', async (context) => {
      const { newPage, now, write, text } = at();
      if (!isKept()) return context.skip(none);
      const [one, other] = [await newPage({ text: 'One' }), await newPage({ text: 'Other' })];
      const backs = [textBack(one, 'One before'), textBack(other, 'Other before')];
      await write(updateOf(other, { body: text('Somebody was faster') }));
      await expect(write(backTo(...backs))).rejects.toMatchObject(stale);
      expect((await now(one)).body.text.trim()).toBe('One');
      expect((await now(one)).revision.id).toBe(one.revision.id);
      expect((await now(other)).body.text.trim()).toBe('Somebody was faster');
    });

    test('what is brought back under one change is found where its answer was lost', async (context) => {
      const { newPage, write, reader, place } = at();
      const { loseAnswer } = place.others;
      if (!isKept()) return context.skip(none);
      if (loseAnswer === undefined) return context.skip('no answer can be lost here');
      const [wanted, mark] = [backTo(textBack(await newPage(), 'Before')), newMark()];
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: expect.any(String) } });
      expect(await reader.landed(wanted, newMark())).toBe('not_found');
    });

    test('a backend without a past says so', async (context) => {
      const { newPage, reader, namespace } = at();
      if (isKept()) return context.skip('it has a past');
      const now = new Date().toISOString();
      const unsupported = { name: 'AppError', code: 'unsupported' };
      await expect(reader.past(refOf(await newPage()), { at: now })).rejects.toMatchObject(unsupported);
      await expect(reader.pastPages(namespace, now, { limit: 5 })).rejects.toMatchObject(unsupported);
    });
  });
}
