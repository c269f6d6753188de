import { sameText } from '../kept.ts';
import type { Words } from './plan.ts';

/** A part of what a page says, as people are told of it. */
export type WordsKey = 'title' | 'text';

type SomeWords = { readonly [K in keyof Words]?: Words[K] | undefined };

/** The parts that are there. */
export function keysOf({ title, body }: SomeWords): readonly WordsKey[] {
  return [...(title === undefined ? [] : (['title'] as const)), ...(body === undefined ? [] : (['text'] as const))];
}

/** Only these parts. */
export function pick(words: Words, keys: readonly WordsKey[]): Partial<Words> {
  return {
    ...(keys.includes('title') && { title: words.title }),
    ...(keys.includes('text') && { body: words.body }),
  };
}

/** Whether a part is the same in both. */
export function sameWords(key: WordsKey, one: Words, other: Words): boolean {
  return key === 'title' ? one.title === other.title : sameText(one.body, other.body);
}

/** What is there with some parts in the place of its own. */
export function withWords(words: Words, { title, body }: SomeWords): Words {
  return { title: title ?? words.title, body: body ?? words.body };
}
