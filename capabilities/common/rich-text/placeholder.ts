import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { shownText } from '#capabilities/common/shown-text.ts';
import { canonicalJson, type RichNode } from './node.ts';

/**
 * A node that Markdown cannot say, as a text carries it. While a text is worked on a sign stands for it, its number in
 * the same brackets, so that what stands beside it is read alike.
 */
export type Placeholder = {
  readonly node: RichNode;
  /** Whether it stands among words, or for a block of its own in a node of the type `within`. */
  readonly place: { readonly inline: true } | { readonly inline: false; readonly within: string };
  /** What it reads as. */
  readonly label: string;
};

/** Keeps a node among those of a text, and answers with the sign for it. */
export function carry(placeholders: Placeholder[], placeholder: Placeholder): string {
  return signOf(placeholders.push(placeholder) - 1);
}

export function signOf(index: number): string {
  return `⟦${index}⟧`;
}

/** A text at its signs: what is at odd places is the number of one. */
export function splitSigns(text: string): readonly string[] {
  return text.split(/⟦(\d+)⟧/u);
}

/** The numbers of the signs in a text. */
export function signsIn(text: string): readonly number[] {
  return splitSigns(text).flatMap((part, index) => (index % 2 === 1 ? [Number(part)] : []));
}

/**
 * The names of placeholders, no two of them the same: what kind of node each is, and the beginning of its digest, so that
 * the name stays while the node does.
 */
export function namesOf(placeholders: readonly Placeholder[]): readonly string[] {
  const seen = new Map<string, number>();
  return placeholders.map(({ node }) => {
    const digest = bytesToHex(sha256(utf8ToBytes(canonicalJson(node)))).slice(0, 8);
    const name = `${node.type.replace(/[^A-Za-z0-9_-]/gu, '').slice(0, 40) || 'node'}:${digest}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}.${count}`;
  });
}

/** Placeholders of a format as people and models read them: `⟦adf:mention:3f2a9c1e @Alice⟧`. */
export function shownOf(placeholders: readonly Placeholder[], format: string): readonly string[] {
  const names = namesOf(placeholders);
  return placeholders.map(({ label }, index) => {
    // Whoever reads it has to be able to repeat it.
    const words = shownText(label.replace(/[⟦⟧]/gu, '')).text.trim();
    const name = `⟦${format}:${names[index]}`;
    if (words === '') return `${name}⟧`;
    return words.includes('\n') ? `${name}\n${words}\n⟧` : `${name} ${words}⟧`;
  });
}

/** A text as people read it. */
export function expanded(text: string, placeholders: readonly Placeholder[], format: string): string {
  const shown = shownOf(placeholders, format);
  return splitSigns(text)
    .map((part, index) => (index % 2 === 0 ? part : (shown[Number(part)] ?? '')))
    .join('');
}
