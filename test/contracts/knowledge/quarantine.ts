import { describe, expect, test } from 'vitest';
import type { KnowledgePage } from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWrite } from '#capabilities/knowledge-write/ports.ts';
import { newMark, present } from '#test/contracts/common.ts';
import { type Bench, refOf, topOf, undecided, updateOf } from './bench.ts';
import { allOf } from './reads.ts';
import { stale } from './writes.ts';

/** The acceptance of what waits on a page, as its reader sees it. */
const acceptOf = (page: KnowledgePage, kind: 'accept' | 'unaccept' = 'accept'): KnowledgeWrite => {
  const { revision } = page;
  const change = present(revision.provenance.source);
  return { kind, page: refOf(page), revision: revision.id, waiting: revision, change };
};

/** What no person decided waits, where a backend can hold it. */
export function quarantineContract(at: () => Bench): void {
  const isHeld = (): boolean => at().reader.backend.quarantine;
  const none = 'the backend cannot hold anything in quarantine';
  /** A new page that waits, as its agent sees it. */
  const waiting = (text = 'It waits') => at().newPage({ text, origin: undecided });
  /** Another text of a page, which waits. */
  const draft = async (page: KnowledgePage, words: string): Promise<KnowledgePage> => {
    await at().write(updateOf(page, { body: at().text(words) }), newMark(), undecided);
    return at().now(page);
  };
  const bodyOf = (page: KnowledgePage | null): string | undefined => page?.body.text.trim();
  const found = async (reader: Bench['reader'], text: string) => {
    const within = [{ namespace: at().namespace.key, under: null }];
    return (await reader.search({ within, text }, { limit: 20 })).items;
  };

  describe('quarantine', () => {
    test('a new page that waits is there for its agent and for people alone', async (context) => {
      const { reader, another, people, namespace, settled } = at();
      if (!isHeld()) return context.skip(none);
      const word = `${at().run}held`;
      const made = await waiting(`A ${word}`);
      expect(made.revision.provenance).toMatchObject({ kind: 'agent', quarantined: true });
      expect(made.published).toBeNull();
      expect((await people.page(made.id))?.revision.id).toBe(made.revision.id);
      expect(await another.page(made.id)).toBeNull();
      await settled(async () => expect((await found(reader, word)).map(({ id }) => id)).toEqual([made.id]));
      expect((await found(reader, word))[0]?.provenance).toMatchObject({ quarantined: true });
      expect(await found(another, word)).toEqual([]);
      const listed = async (by: typeof reader) => {
        const all = await allOf((cursor) => by.children(namespace, null, { limit: 100, cursor }));
        return all.map(({ id }) => id);
      };
      expect(await listed(reader)).toContain(made.id);
      expect(await listed(another)).not.toContain(made.id);
      const now = await allOf((cursor) => reader.pastPages(namespace, null, { limit: 100, cursor }));
      expect(now.map(({ page }) => page.id)).not.toContain(made.id);
    });

    test('of a page that has a draft, others see and find what is published', async (context) => {
      const { newPage, another, people, reader, settled } = at();
      if (!isHeld()) return context.skip(none);
      const [open, secret] = [`${at().run}open`, `${at().run}secret`];
      const made = await newPage({ text: `Known: ${open}` });
      const drafted = await draft(made, `Rewritten: ${secret}`);
      expect(bodyOf(drafted)).toBe(`Rewritten: ${secret}`);
      expect(drafted.published?.revision.id).toBe(made.revision.id);
      expect(bodyOf(await another.page(made.id))).toBe(`Known: ${open}`);
      expect(await another.page(made.id)).not.toHaveProperty('published');
      expect((await people.page(made.id))?.published?.body.text.trim()).toBe(`Known: ${open}`);
      await settled(async () => expect((await found(reader, secret)).map(({ id }) => id)).toEqual([made.id]));
      expect(await found(another, secret)).toEqual([]);
      expect((await found(another, open)).map(({ id }) => id)).toEqual([made.id]);
      expect(await another.past(refOf(made), { revision: drafted.revision.id })).toBeNull();
      const known = await another.history(refOf(made), { limit: 10 });
      expect(known.items.map(({ id }) => id)).toEqual([made.revision.id]);
    });

    test('a draft has no part in what others’ searches tell', async (context) => {
      const { newPage, another, place, settled } = at();
      if (!isHeld()) return context.skip(none);
      if (place.able.scoresApart !== true) return context.skip('it gives no scores of its own');
      const word = `${at().run}stats`;
      const made = [await newPage({ text: `${word} once` }), await newPage({ text: `${word} ${word} and more` })];
      const ids = made.map(({ id }) => id);
      const told = async () => (await found(another, `${word} once`)).map(({ id, score }) => ({ id, score }));
      await settled(async () => expect((await told()).map(({ id }) => id)).toEqual(expect.arrayContaining(ids)));
      const before = await told();
      for (let index = 0; index < 3; index += 1) await waiting(`${word} once ${index} `.repeat(9));
      await settled(async () => expect(await found(at().reader, word)).toHaveLength(5));
      expect(await told()).toEqual(before);
    });

    test('what is accepted is what everybody sees, and it can be taken back', async (context) => {
      const { newPage, another, people, write, now } = at();
      if (!isHeld()) return context.skip(none);
      const made = await newPage({ text: 'Before' });
      const drafted = await draft(made, 'After');
      await write(acceptOf(drafted));
      expect(await another.page(made.id)).toMatchObject({ revision: { id: drafted.revision.id } });
      expect(bodyOf(await another.page(made.id))).toBe('After');
      expect((await now(made)).revision.provenance).toMatchObject({ quarantined: false, kind: 'agent' });
      expect(await now(made)).not.toHaveProperty('published');
      await write(acceptOf(drafted, 'unaccept'));
      expect(bodyOf(await another.page(made.id))).toBe('Before');
      expect(bodyOf(await people.page(made.id))).toBe('After');
      const fresh = await waiting();
      await write(acceptOf(fresh));
      expect((await another.page(fresh.id))?.revision.id).toBe(fresh.revision.id);
      await write(acceptOf(fresh, 'unaccept'));
      expect(await another.page(fresh.id)).toBeNull();
    });

    test('only the newest that waits is accepted, by its own change, and once', async (context) => {
      const { newPage, write, another } = at();
      if (!isHeld()) return context.skip(none);
      const first = await draft(await newPage({ text: 'Published' }), 'First');
      const second = await draft(first, 'Second');
      await expect(write(acceptOf(first))).rejects.toMatchObject(stale);
      const others = { ...acceptOf(second), change: 'chg_01hzzzzzzzzzzzzzzzzzzzzzzz' } as KnowledgeWrite;
      await expect(write(others)).rejects.toMatchObject(stale);
      expect(bodyOf(await another.page(first.id))).toBe('Published');
      await write(acceptOf(second));
      await expect(write(acceptOf(second))).rejects.toMatchObject(stale);
      expect(bodyOf(await another.page(first.id))).toBe('Second');
    });

    test('a decided write on what is published ends a draft, which stays in the history of its agent', async (context) => {
      const { newPage, write, another, now, text, reader, place } = at();
      const { edit } = place.others;
      if (!isHeld()) return context.skip(none);
      if (edit === undefined) return context.skip('nobody else is there');
      const made = await newPage({ text: 'Published' });
      const drafted = await draft(made, 'Draft');
      await edit(refOf(made), { text: 'By a person' });
      expect(bodyOf(await now(made))).toBe('By a person');
      expect(await now(made)).not.toHaveProperty('published');
      await expect(write(acceptOf(drafted))).rejects.toMatchObject(stale);
      await expect(write(updateOf(drafted, { body: text('More') }), newMark(), undecided)).rejects.toMatchObject(stale);
      const own = await reader.history(refOf(made), { limit: 10 });
      expect(own.items.map(({ id }) => id)).toContain(drafted.revision.id);
      const known = await another.history(refOf(made), { limit: 10 });
      expect(known.items.map(({ id }) => id)).not.toContain(drafted.revision.id);
    });

    test('a comment that waits is there for its agent and for people alone, until it is accepted', async (context) => {
      const { newPage, write, reader, another, people, text } = at();
      if (!isHeld()) return context.skip(none);
      const page = refOf(await newPage());
      const mark = newMark();
      const { id } = await write({ kind: 'comment', page, body: text('Held'), replyTo: null }, mark, undecided);
      const comment = present(await reader.comment(page, id));
      expect(comment.provenance).toMatchObject({ quarantined: true, source: mark.changeId });
      expect((await people.comment(page, id))?.id).toBe(id);
      expect(await another.comment(page, id)).toBeNull();
      expect((await another.comments(page, { limit: 5 })).items).toEqual([]);
      expect([0, null]).toContain((await another.page(page.id))?.comments);
      const accept = { page, comment, expect: comment.body, change: mark.changeId };
      await write({ kind: 'accept_comment', ...accept });
      expect((await another.comment(page, id))?.provenance).toMatchObject({ quarantined: false });
      await write({ kind: 'unaccept_comment', ...accept });
      expect(await another.comment(page, id)).toBeNull();
    });

    test('an acceptance whose answer was lost is found', async (context) => {
      const { write, reader, place } = at();
      const { loseAnswer } = place.others;
      if (!isHeld()) return context.skip(none);
      if (loseAnswer === undefined) return context.skip('no answer can be lost here');
      const [wanted, mark] = [acceptOf(await waiting()), newMark()];
      await loseAnswer();
      await expect(write(wanted, mark)).rejects.not.toMatchObject({ name: 'NotDone' });
      expect(await reader.landed(wanted, mark)).toMatchObject({ landed: { id: expect.any(String) } });
      expect(await reader.landed(wanted, newMark())).toBe('not_found');
    });

    test('nothing that waits is put under what only its agent sees by anybody else', async (context) => {
      const { write, text, title } = at();
      if (!isHeld()) return context.skip(none);
      const hidden = await waiting();
      const place = { ...topOf(at().namespace), above: [{ id: hidden.id, title: hidden.title }] };
      const wanted = { kind: 'create', place, title: title('under'), body: text('x') } as const;
      const others = { ...undecided, agent: 'another-bot' };
      await expect(write(wanted, newMark(), others)).rejects.toMatchObject({ name: 'NotDone' });
    });
  });
}
