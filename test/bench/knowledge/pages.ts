import { passagesOf } from '#servers/knowledge/embedded/search/passages.ts';
import type { Language } from './packages.ts';

/** A page of a manual. */
export type ManualPage = {
  readonly path: string;
  readonly language: Language;
  readonly title: string;
  readonly text: string;
};

/** A part of a page, as every engine is given it; `page` is where its page is in the corpus. */
export type PagePassage = {
  readonly page: number;
  readonly title: string;
  readonly heading: string;
  readonly text: string;
};

/** The passages of a page, the same for all: its sections, long ones cut at blank lines after some hundred words. */
export function passagesIn({ title, text }: ManualPage, page: number): PagePassage[] {
  return passagesOf(text).map((passage) => ({ page, title, heading: passage.heading, text: passage.text }));
}
