import type { Place } from './finding.ts';

const attributes = [
  // The words for a picture, the title of a link, and a definition of a link, which some use for comments.
  /!\[([^\]\n]{12,300})\]/gu,
  /\]\([^)\s]{0,300}[ \t]{1,3}["'(]([^"'\n]{12,300})/gu,
  /^ {0,3}\[[^\]\n]{1,60}\]:[ \t]{0,3}(?:<>|#|\S{1,200})?[ \t]{1,3}["'(]([^\n]{12,300})/gmu,
  /\b(?:alt|title|aria-label|content|data-[a-z-]{1,20})[ \t]?=[ \t]?["']([^"'\n]{12,300})/giu,
  // What is drawn so that nobody sees it.
  /<[a-z]{1,12}\b[^>]{0,200}(?:display:[ \t]?none|visibility:[ \t]?hidden|font-size:[ \t]?[01](?:px|pt|em)?\b|opacity:[ \t]?0\b|color:[ \t]?(?:white|#fff|transparent)|\bhidden\b)[^>]{0,100}>([^<]{12,500})/giu,
];

/** What a page made of the text does not show, or only to who points at it. */
export function concealedIn(text: string): readonly Place[] {
  return [...commentsIn(text), ...attributes.flatMap((pattern) => capturesOf(text, pattern))];
}

function capturesOf(text: string, pattern: RegExp): readonly Place[] {
  return Array.from(text.matchAll(pattern), ({ 0: all, 1: excerpt = '', index }) => {
    return { at: index + all.indexOf(excerpt), excerpt };
  });
}

/** Comments of HTML; one that does not end goes on to the end of the text. */
function commentsIn(text: string): readonly Place[] {
  const found: Place[] = [];
  let at = text.indexOf('<!--');
  while (at !== -1) {
    const end = text.indexOf('-->', at + 4);
    found.push({ at, excerpt: text.slice(at + 4, end === -1 ? text.length : end) });
    at = end === -1 ? -1 : text.indexOf('<!--', end + 3);
  }
  return found;
}
