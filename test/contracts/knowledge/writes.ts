import { describe, expect, test } from 'vitest';
import { newMark } from '#test/contracts/common.ts';
import { decidedOrigin } from '#test/fakes/origin.ts';
import { type Bench, refOf, topOf, trashOf, untrashOf, updateOf } from './bench.ts';

export const stale = { name: 'NotDone', kind: 'stale' };

/** Making pages, changing them, and putting them away. */
export function writesContract(at: () => Bench): void {
  describe('pages', () => {
    test('one that is made is there, by whom it was made, and its receipt says its revision', async () => {
      const { write, now, self, text, title, namespace } = at();
      const mark = newMark();
      const body = text('What is to be known');
      const written = await write({ kind: 'create', place: topOf(namespace), title: title('made'), body }, mark);
      const made = await now(written);
      expect(written).toMatchObject({ revision: made.revision.id, differs: [] });
      expect(made).toMatchObject({ title: title('made'), trashed: false });
      expect(made.body.text.trim()).toBe('What is to be known');
      expect(made.body.format).toBe(at().reader.backend.documents);
      expect(made.revision.provenance.by?.id ?? self.id).toBe(self.id);
      expect(JSON.stringify(made)).not.toMatch(/countersign chg_/i);
    });

    test('one that an agent wrote says so where the backend keeps that', async (context) => {
      const { newPage, reader, place } = at();
      if (!reader.backend.quarantine) return context.skip('the ledger tells that for this backend');
      const { agent, sponsor, session } = decidedOrigin;
      const made = await newPage({ origin: { ...decidedOrigin, trust: 'untrusted' } });
      expect(made.revision.provenance).toMatchObject({ kind: 'agent', agent, sponsor, session });
      expect(made.revision.provenance).toMatchObject({ trust: 'untrusted', quarantined: false });
      const { add } = place.others;
      if (add === undefined) return;
      const theirs = await add(place.namespace, { title: at().title('by a person'), text: 'Words' });
      expect((await at().now({ id: theirs })).revision.provenance).toMatchObject({ kind: 'person', trust: 'trusted' });
    });

    test('its title or its text is written where it is as expected, and it has another revision then', async () => {
      const { newPage, now, write, text, title } = at();
      const made = await newPage({ text: 'First' });
      const written = await write(updateOf(made, { title: title('another name') }));
      const renamed = await now(made);
      expect(renamed.title).toBe(title('another name'));
      expect(renamed.body.text.trim()).toBe('First');
      expect(renamed.revision.id).not.toBe(made.revision.id);
      expect(written).toMatchObject({ id: made.id, revision: renamed.revision.id, differs: [] });
      await write(updateOf(renamed, { body: text('Second') }));
      const then = await now(made);
      expect(then).toMatchObject({ title: title('another name') });
      expect(then.body.text.trim()).toBe('Second');
      expect(then.revision.id).not.toBe(renamed.revision.id);
    });

    test('it is not written where it has another revision by now', async () => {
      const { newPage, now, write, text } = at();
      const made = await newPage();
      await write(updateOf(made, { body: text('Second') }));
      await expect(write(updateOf(made, { body: text('Third') }))).rejects.toMatchObject(stale);
      expect((await now(made)).body.text.trim()).toBe('Second');
    });

    test('nor where somebody else changed it', async (context) => {
      const { newPage, now, write, text, place, title } = at();
      const { edit } = place.others;
      if (edit === undefined) return context.skip('nobody else is there');
      const made = await newPage();
      await edit(refOf(made), { title: title('theirs') });
      await expect(write(updateOf(made, { body: text('Ours') }))).rejects.toMatchObject(stale);
      const renamed = await now(made);
      await edit(refOf(made), { text: 'Theirs' });
      await expect(write(updateOf(renamed, { body: text('Ours') }))).rejects.toMatchObject(stale);
      expect(await now(made)).toMatchObject({ title: title('theirs') });
      expect((await now(made)).body.text.trim()).toBe('Theirs');
    });

    test('of two who write at the same time, one does, and the other is told that it is stale', async (context) => {
      const { newPage, now, write, text, place } = at();
      if (place.able.preconditions !== true) return context.skip('the backend has no preconditions');
      const made = await newPage();
      const both = ['One', 'Other'].map((words) => write(updateOf(made, { body: text(words) })));
      const ends = await Promise.allSettled(both);
      expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const [lost] = ends.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
      expect(lost).toMatchObject(stale);
      expect((await now(made)).body.text.trim()).toBe(ends[0]?.status === 'fulfilled' ? 'One' : 'Other');
    });

    test('a step that is run twice takes effect once, where the backend says so', async (context) => {
      const { reader, write, text, title, namespace } = at();
      if (!reader.backend.once) return context.skip('the backend does not keep a step from taking effect twice');
      const [mark, body] = [newMark(), text('Once')];
      const wanted = { kind: 'create', place: topOf(namespace), title: title('once'), body } as const;
      const first = await write(wanted, mark);
      expect((await write(wanted, mark)).id).toBe(first.id);
    });

    test('nothing is made in an archived namespace', async (context) => {
      const { place, reader, write, text, title } = at();
      if (place.archived === undefined) return context.skip('no namespace is archived here');
      const archived = await reader.namespace(place.archived);
      if (archived === null) throw new Error('the archived namespace is not there');
      expect(archived.archived).toBe(true);
      const wanted = { kind: 'create', place: topOf(archived), title: title('too late'), body: text('x') } as const;
      await expect(write(wanted)).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    });

    test('one goes to the trash and comes out of it as it was', async (context) => {
      const { newPage, now, write, reader, namespace, settled } = at();
      if (reader.backend.lacks.includes('trash_page')) return context.skip('there is no trash');
      const parent = await newPage();
      const made = await newPage({ parent, text: 'Kept' });
      await write(trashOf(made));
      const gone = await reader.page(made.id);
      expect(gone === null || gone.trashed).toBe(true);
      await settled(async () => expect((await reader.children(namespace, parent.id, { limit: 10 })).items).toEqual([]));
      await expect(write(trashOf(made))).rejects.toMatchObject({ name: 'NotDone' });
      await write(untrashOf(made));
      const back = await now(made);
      expect(back).toMatchObject({ title: made.title, trashed: false });
      expect(back.body.text.trim()).toBe('Kept');
      expect(back.above.map(({ id }) => id)).toEqual([parent.id]);
    });

    test('one with pages under it does not go to the trash, nor one that is no longer as expected', async (context) => {
      const { newPage, now, write, text, reader } = at();
      if (reader.backend.lacks.includes('trash_page')) return context.skip('there is no trash');
      const parent = await newPage();
      await newPage({ parent });
      await expect(write(trashOf(parent))).rejects.toMatchObject({ name: 'NotDone' });
      expect((await now(parent)).trashed).toBe(false);
      const made = await newPage();
      await write(updateOf(made, { body: text('Newer') }));
      await expect(write(trashOf(made))).rejects.toMatchObject(stale);
      expect((await now(made)).trashed).toBe(false);
    });
  });
}
