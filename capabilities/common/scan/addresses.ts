import type { Place } from './finding.ts';

const link = /(?<!!)\[([^\]\n]{4,200})\]\(<?https?:\/\/([^\s)>/?#]{1,200})/gu;
const anchor =
  /<a\b[^>\n]{0,200}?\bhref[ \t]?=[ \t]?["']?https?:\/\/([^\s"'>/?#]{1,200})[^>\n]{0,200}>([^<\n]{4,200})<\/a>/giu;
/** An address that begins like another's: what is before the `@` is no host. */
const disguised = /https?:\/\/[\w-]{1,60}\.[\w.-]{2,60}(?::[^\s@/]{0,60})?@[\w-]{1,60}\.[\w.-]{2,60}/gu;

/** A text that is an address or a host of a common kind; names of files, products and modules are none. */
const shownHost =
  /^(?:https?:\/\/|www\.)((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24})(?:[:/?#]\S*)?$|^((?:[a-z0-9-]{1,63}\.){1,6}(?:com|org|net|gov|edu|jp|uk|de|eu|fr|bank))\/?$/iu;

/** Links that say one place and lead to another. */
export function elsewhere(text: string): readonly Place[] {
  return [
    ...Array.from(text.matchAll(link), (match) => ({ match, says: match[1] ?? '', host: match[2] ?? '' })),
    ...Array.from(text.matchAll(anchor), (match) => ({ match, says: match[2] ?? '', host: match[1] ?? '' })),
  ]
    .filter(({ says, host }) => isAnother(says, host))
    .map(({ match }) => ({ at: match.index, excerpt: match[0] }))
    .concat(Array.from(text.matchAll(disguised), ({ 0: excerpt, index }) => ({ at: index, excerpt })));
}

function isAnother(says: string, address: string): boolean {
  const shown = shownHost.exec(says.replace(/[*_`]/gu, '').trim());
  const said = bare(shown?.[1] ?? shown?.[2] ?? '');
  const host = bare(address);
  return said !== '' && said !== host && !host.endsWith(`.${said}`) && !said.endsWith(`.${host}`);
}

function bare(host: string): string {
  return host
    .toLowerCase()
    .replace(/^www\./u, '')
    .replace(/:\d+$/u, '');
}
