import { textOf } from './decode.ts';
import type { Finding } from './finding.ts';
import { lineIn } from './places.ts';

/** Tags, each of which stands for a character of ASCII; up to six after a black flag are that of a region. */
const tags = /(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,2})[\u{e0020}-\u{e007e}]{4,}/gu;
/** Variation selectors, each of which can stand for a byte. */
const selectors = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{6,}/gu;

/** Text that is written in characters which do not show at all. `text` is as it was written. */
export function smuggledIn(text: string): readonly Finding[] {
  const line = lineIn(text);
  const found = [
    ...Array.from(text.matchAll(tags), ({ 0: run, index }) => ({ at: index, excerpt: `tags: ${tagged(run)}` })),
    ...Array.from(text.matchAll(selectors), ({ 0: run, index }) => {
      return { at: index, excerpt: `variation selectors: ${textOf(Array.from(run, byteOf)) ?? run.length}` };
    }),
  ];
  return found
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, excerpt }) => ({ code: 'encoded_content', excerpt, line: line(at) }));
}

function tagged(run: string): string {
  return Array.from(run, (tag) => String.fromCodePoint((tag.codePointAt(0) ?? 0) - 0xe0000)).join('');
}

function byteOf(selector: string): number {
  const code = selector.codePointAt(0) ?? 0;
  return code < 0x10000 ? code - 0xfe00 : code - 0xe0100 + 16;
}
