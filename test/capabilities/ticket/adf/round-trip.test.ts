import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RichNode as AdfNode } from '#capabilities/common/rich-text/node.ts';
import { plainForm } from '#capabilities/common/rich-text/plain-form.ts';
import { adfDocument, editedDocument, newDocument } from '#capabilities/ticket/document.ts';
import { AppError } from '#shared/errors.ts';
import { documents, markdown } from './documents.ts';
import { documentShape } from './shape.ts';

type Doc = { readonly content: readonly AdfNode[] };
const read = (document: Doc) => adfDocument(JSON.stringify(document));
const contentOf = (edited: ReturnType<typeof read>): readonly AdfNode[] =>
  edited.format === 'adf' ? (JSON.parse(edited.native) as Doc).content : [];

/** The nodes in others that Markdown has no word for, as JSON. */
function foreign(nodes: readonly AdfNode[]): readonly string[] {
  const known = [
    'paragraph',
    'heading',
    'text',
    'hardBreak',
    'bulletList',
    'orderedList',
    'listItem',
    'blockquote',
    'codeBlock',
    'rule',
    'table',
    'tableRow',
    'tableHeader',
    'tableCell',
  ];
  return nodes
    .flatMap((node) => (known.includes(node.type) ? foreign(node.content ?? []) : [JSON.stringify(node)]))
    .sort();
}

describe('for any document', () => {
  test('an edit that changes nothing gives back the very same one, and so does another way to write blank lines', () => {
    fc.assert(
      fc.property(documents, (document) => {
        const before = read(document);
        expect(editedDocument(before, before.text)).toBe(before);
        const spaced = editedDocument(before, `\n${before.text}\n\n`);
        expect(contentOf(spaced)).toEqual(document.content);
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  test('words added before, between and after leave every block as it is', () => {
    let many = 0;
    fc.assert(
      fc.property(documents, fc.nat(), (document, choice) => {
        const before = read(document);
        const at = choice % (document.content.length + 1);
        const added: AdfNode = { type: 'paragraph', content: [{ type: 'text', text: 'New words.' }] };
        const text = read({ ...document, content: document.content.toSpliced(at, 0, added) }).text;
        const after = editedDocument(before, text);
        // Which of several lists that stand together has which sign may change with what stands between them.
        expect(contentOf(after).map(plainForm)).toEqual(document.content.toSpliced(at, 0, added).map(plainForm));
        expect(foreign(contentOf(after))).toEqual(foreign(document.content));
        many += document.content.length;
      }),
      { numRuns: 60, seed: 42 },
    );
    expect(many).toBeGreaterThan(100);
  });

  test('another text for one paragraph changes that one, and no other', () => {
    fc.assert(
      fc.property(documents, documents, (one, other) => {
        const marked: AdfNode = { type: 'paragraph', content: [{ type: 'text', text: 'A sentence to be changed.' }] };
        const content = [...one.content, marked, ...other.content];
        const before = read({ ...one, content });
        const after = editedDocument(before, before.text.replace('A sentence to be changed.', '**Another** sentence.'));
        const changed: AdfNode = {
          type: 'paragraph',
          content: [
            { type: 'text', text: 'Another', marks: [{ type: 'strong' }] },
            { type: 'text', text: ' sentence.' },
          ],
        };
        expect(contentOf(after)).toEqual([...one.content, changed, ...other.content]);
      }),
      { numRuns: 60, seed: 42 },
    );
  });

  test('whatever is cut out of its text, nothing that Markdown cannot say is lost: it is refused instead', () => {
    const outcomes = { refused: 0, edited: 0 };
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(40), (document, start, length) => {
        const before = read(document);
        const at = start % (before.text.length + 1);
        const text = before.text.slice(0, at) + before.text.slice(at + length);
        try {
          expect(foreign(contentOf(editedDocument(before, text)))).toEqual(foreign(document.content));
          outcomes.edited += 1;
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(error.code).toBe('unsupported');
          outcomes.refused += 1;
        }
      }),
      { numRuns: 100, seed: 42 },
    );
    expect(Math.min(outcomes.refused, outcomes.edited)).toBeGreaterThan(15);
  });
});

describe('for any Markdown', () => {
  test('what becomes of it is a document that Jira takes, and reads the same again', () => {
    let some = 0;
    fc.assert(
      fc.property(markdown, (text) => {
        let made: ReturnType<typeof newDocument>;
        try {
          made = newDocument('adf', text);
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          return;
        }
        some += 1;
        if (made.format !== 'adf') throw new Error('another format');
        documentShape.parse(JSON.parse(made.native));
        const again = newDocument('adf', made.text.includes('⟦adf:') ? text : made.text);
        expect(again.text).toBe(made.text);
      }),
      { numRuns: 250, seed: 42 },
    );
    expect(some).toBeGreaterThan(150);
  });
});
