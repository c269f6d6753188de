import { describe, expect, test } from 'vitest';
import { editedDocument } from '#capabilities/knowledge/document.ts';
import { type Bench, refOf, topOf, updateOf } from './bench.ts';

/** No backend here is tried with more. UTF-16 code units. */
const longest = 1_000_000;

/** Texts that some software spoils. */
const odd: Readonly<Record<string, string>> = {
  'emoji and what they are made of': 'Done 👍🏽, family 👨‍👩‍👧‍👦, flag 🇯🇵, keycap 1️⃣ and a rocket 🚀',
  'text from right to left': 'שלום עולם and مرحبا بالعالم in one line',
  'Japanese, and composed and decomposed letters': '日本語のページ、é and e\u0301',
  'what looks like another language': '$X {{x}} &amp; %s %n $1 {code} [~accountid:1] SELECT 1',
};

/** What Markdown has, one block each. */
const blocks = [
  ...['# Heading', 'A paragraph with **bold**, *emphasis*, `code` and [a link](https://example.com/a).'],
  ...['- one\n- two', '1. first\n2. second', '```sh\necho "# no heading"\n```', '> quoted'],
];

/** Texts that have to come back as they were written. */
export function textsContract(at: () => Bench): void {
  describe('texts', () => {
    test.each(Object.entries(odd))('%s come back in a title as they were', async (_what, words) => {
      const { newPage, title } = at();
      expect((await newPage({ title: title(words) })).title).toBe(title(words));
    });

    test.each(Object.entries(odd))('%s come back in a text as they were', async (_what, words) => {
      const { newPage, write, now, text } = at();
      const made = await newPage({ text: words });
      expect(made.body.text.trim()).toBe(text(words).text.trim());
      await write(updateOf(made, { body: text(`${words}\n\nMore.`) }));
      expect((await now(made)).body.text.trim()).toBe(text(`${words}\n\nMore.`).text.trim());
    });

    test('headings, lists, code, quotes, links and emphasis come back, and read the same when written again', async () => {
      const { newPage, write, now, text } = at();
      const made = await newPage({ text: blocks.join('\n\n') });
      expect(made.body.text.trim()).toBe(text(blocks.join('\n\n')).text.trim());
      for (const words of ['# Heading', '**bold**', '`code`', 'one', 'first', 'echo "# no heading"', 'quoted']) {
        expect(made.body.text).toContain(words);
      }
      await write(
        updateOf(made, { body: editedDocument(made.body, made.body.text.replace('A paragraph', 'Some words')) }),
      );
      expect((await now(made)).body.text).toBe(made.body.text.replace('A paragraph', 'Some words'));
    });

    test('what Markdown cannot say stays as it is through an edit beside it, and cannot be dropped by one', async (context) => {
      const { newPage, write, now, place } = at();
      const { addUnsayable } = place.others;
      if (addUnsayable === undefined) return context.skip('Markdown says all that there is');
      const made = await newPage({ text: 'Beside it' });
      await addUnsayable(refOf(made));
      const there = await now(made);
      const changed = there.body.text.replace('Beside it', 'Beside it, changed');
      expect(changed).not.toBe(there.body.text);
      await write(updateOf(there, { body: editedDocument(there.body, changed) }));
      const then = await now(made);
      expect(then.body.text).toBe(changed);
      expect(() => editedDocument(then.body, 'Nothing else')).toThrow(expect.objectContaining({ code: 'unsupported' }));
      const back = editedDocument(then.body, there.body.text);
      await write(updateOf(then, { body: back }));
      expect((await now(made)).body).toEqual(there.body);
    });

    test('one as long as the backend takes comes back whole', async () => {
      const { newPage, text, reader } = at();
      const line = 'All work and no play makes a dull page. 0123456789\n\n';
      const room = Math.min(longest, Math.floor(reader.backend.maxText * 0.9));
      // Markup of a document takes more room than its text.
      const share = reader.backend.documents === 'markdown' ? room : room / 4;
      const words = line.repeat(Math.floor(share / line.length)).trim();
      const made = await newPage({ text: words });
      expect(made.body.text.trim() === text(words).text.trim()).toBe(true);
    });

    test('one that is longer is refused, and nothing is made', async () => {
      const { write, text, reader, title, namespace } = at();
      const body = text('x'.repeat(reader.backend.maxText + 1));
      const wanted = { kind: 'create', place: topOf(namespace), title: title('too long'), body } as const;
      await expect(write(wanted)).rejects.toMatchObject({ name: 'NotDone', kind: 'refused' });
    });

    test('a page is emptied, and filled again', async () => {
      const { newPage, now, write, text } = at();
      const made = await newPage({ text: 'Something' });
      await write(updateOf(made, { body: text('') }));
      const empty = await now(made);
      expect(empty.body.text.trim()).toBe('');
      await write(updateOf(empty, { body: made.body }));
      expect((await now(made)).body.text.trim()).toBe('Something');
    });
  });
}
