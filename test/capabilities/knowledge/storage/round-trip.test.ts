import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sameStorage } from '#capabilities/knowledge/storage/same.ts';
import { editedStorage, newStorage, storageDocument } from '#capabilities/knowledge/storage/storage.ts';
import { parseXml, type XmlElement, type XmlNode } from '#capabilities/knowledge/storage/xml.ts';
import { AppError } from '#shared/errors.ts';
import { markdown } from '../../ticket/adf/documents.ts';
import { samples } from './samples.ts';

/** Whole documents, and documents put together of parts of them. */
const parts = Object.values(samples).flatMap((native) =>
  parseXml(native).flatMap((node) => (node.kind === 'element' ? [native.slice(node.start, node.end)] : [])),
);
const natives = fc.oneof(
  fc.constantFrom(...Object.values(samples)),
  fc.array(fc.constantFrom(...parts), { maxLength: 8 }).map((some) => some.join('\n')),
);

const every = (nodes: readonly XmlNode[]): readonly XmlElement[] =>
  nodes.flatMap((node) => (node.kind === 'element' ? [node, ...every(node.children)] : []));

/** What Markdown has no word for, as it stands in a document. */
const foreign = (native: string): readonly string[] =>
  every(parseXml(native))
    .filter(
      ({ name, attrs }) => /^(?:ac|ri):|^(?:span|u|sub|time|col|div)$/.test(name) && attrs.get('ac:name') !== 'code',
    )
    .filter(({ name }) => !/^ac:(?:parameter|plain-text-body)$/.test(name))
    .map(({ name, attrs }) => `${name} ${[...attrs].join(' ')}`)
    .sort();

describe('for any document', () => {
  test('an edit that changes nothing gives back every byte, and so does another way to write blank lines', () => {
    fc.assert(
      fc.property(natives, (native) => {
        const before = storageDocument(native);
        expect(editedStorage(before, before.text)).toBe(before);
        expect(editedStorage(before, `\n${before.text}\n\n`).native).toBe(native);
      }),
      { numRuns: 150, seed: 42 },
    );
  });

  test('a paragraph that is put between its blocks leaves every other byte as it is', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 8 }), fc.nat(), (some, choice) => {
        const before = storageDocument(some.join(''));
        const added = some.toSpliced(choice % (some.length + 1), 0, '<p>Words that are new.</p>').join('');
        const after = editedStorage(before, storageDocument(added).text).native;
        expect(foreign(after)).toEqual(foreign(added));
        // Which of several lists that stand together has which sign may change with what stands between them.
        if (!/<ul>|<ol/.test(added)) expect(after).toBe(added);
      }),
      { numRuns: 150, seed: 42 },
    );
  });

  test('whatever is cut out of its text, nothing that Markdown cannot say is lost: it is refused instead', () => {
    const outcomes = { refused: 0, edited: 0 };
    fc.assert(
      fc.property(natives, fc.nat(), fc.nat(40), (native, start, length) => {
        const before = storageDocument(native);
        const at = start % (before.text.length + 1);
        const text = before.text.slice(0, at) + before.text.slice(at + length);
        try {
          const after = editedStorage(before, text).native;
          const [kept, wanted] = [foreign(after), foreign(native)];
          // The widths of columns go with their table.
          expect(kept.filter((each) => !each.startsWith('col'))).toEqual(
            wanted.filter((each) => !each.startsWith('col')),
          );
          outcomes.edited += 1;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(error.code).toMatch(/^(?:unsupported|invalid_arguments)$/);
          outcomes.refused += 1;
        }
      }),
      { numRuns: 250, seed: 42 },
    );
    expect(Math.min(outcomes.refused, outcomes.edited)).toBeGreaterThan(25);
  });

  test('it is the same as itself however Confluence writes it, and as no other', () => {
    fc.assert(
      fc.property(natives, (native) => {
        const stored = native
          .replaceAll('&mdash;', '—')
          .replaceAll('<p />', '<p></p>')
          .replaceAll('<p>', '<p local-id="x1">')
          .replaceAll('<ol>', '<ol start="1">')
          .replaceAll('<table>', '<table data-layout="default" ac:local-id="t2"><colgroup><col /></colgroup>')
          .replaceAll('<br />', '<br/>');
        expect(sameStorage(native, stored)).toBe(true);
        expect(sameStorage(native, `${native}<p>more</p>`)).toBe(false);
      }),
      { numRuns: 50, seed: 42 },
    );
  });
});

const known = new Set([
  ...[
    'p',
    'h1',
    'h2',
    'h3',
    'h4',
    'h5',
    'h6',
    'ul',
    'ol',
    'li',
    'blockquote',
    'hr',
    'table',
    'tbody',
    'tr',
    'th',
    'td',
  ],
  ...['a', 'strong', 'em', 'del', 'code', 'br'],
]);

test('for any Markdown, what becomes of it has nothing but known elements, and reads the same again', () => {
  let some = 0;
  fc.assert(
    fc.property(markdown, (text) => {
      let made: ReturnType<typeof newStorage>;
      try {
        made = newStorage(text);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return;
      }
      some += 1;
      for (const { name, attrs } of every(parseXml(made.native))) {
        if (name.startsWith('ac:')) expect(`${name} ${[...attrs].join()}`).toMatch(codeAlone);
        else expect(known).toContain(name);
        for (const [key, value] of attrs) if (key === 'href') expect(value).toMatch(/^(?:https?:\/\/|mailto:|\{\{)/i);
      }
      if (!made.text.includes('⟦storage:')) expect(newStorage(made.text).text).toBe(made.text);
    }),
    { numRuns: 250, seed: 42 },
  );
  expect(some).toBeGreaterThan(150);
});

const codeAlone = /^ac:(?:structured-macro ac:name,code|parameter ac:name,language|plain-text-body )$/;
