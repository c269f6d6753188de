import fc from 'fast-check';
import { expect } from 'vitest';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { full, parse } from './fixture.ts';

/** Tries so many texts on the parser: whatever a text is, it fails in no other way than by listing problems. */
export function tryTexts(numRuns: number): void {
  const yamlish = fc.array(
    fc.oneof(
      fc.constantFrom(
        '{',
        '}',
        '[',
        ']',
        ': ',
        '- ',
        '? ',
        '\n',
        '  ',
        '&a ',
        '*a',
        '!!',
        '|',
        '>',
        '"',
        "'",
        '#',
        '%',
        '<<',
        '---\n',
        '...\n',
        '\t',
        '\r',
        ',',
        '~',
        '0x1',
        '.nan',
        '\ufeff',
        '\u0000',
        '\ud800',
      ),
      fc.constantFrom(
        'blueprint',
        'goal',
        'capabilities',
        'callers',
        'listener',
        'shelf-read',
        '__proto__',
        'constructor',
        'toString',
        'review',
        'default',
        'tools',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    ),
    { maxLength: 40 },
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    yamlish.map((parts) => parts.join('')),
    fc.tuple(fc.nat(full.length), fc.nat(20), yamlish).map(([at, gap, parts]) => {
      return full.slice(0, at) + parts.slice(0, 4).join('') + full.slice(at + gap);
    }),
    fc.json().map((json) => `capabilities: ${json}`),
  );
  fc.assert(fc.property(texts, onlyListsProblems), { numRuns });
}

function onlyListsProblems(text: string): void {
  try {
    parse(text);
  } catch (error) {
    if (!(error instanceof BlueprintErrors)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    const ends = text.split('\n').length;
    for (const { line, column, message } of error.problems) {
      expect(line >= 1 && line <= ends && column >= 1 && message !== '').toBe(true);
    }
  }
}
