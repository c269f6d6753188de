import type { NamedText } from '#capabilities/common/hidden-flags.ts';
import { listed } from '#capabilities/common/listed.ts';
import type { Credit, Flag } from '#shared/tools/index.ts';

/**
 * Trailers that say of somebody that they had a part in a commit, or vouch for it. White space of one line alone: were it
 * to go on past what `^` takes for the end of a line, the time would grow with the square of the length.
 */
const attribution =
  /^[^\S\n\u2028\u2029]*(?:co-?authored-by|signed-off-by|on-behalf-of)[^\S\n\u2028\u2029]*:[^\n]*/gimu;

/** The lines of a text that name others as authors or signers: git and GitHub take their word for it. */
export function attributionsIn(text: string): readonly string[] {
  return Array.from(text.normalize('NFKC').replaceAll('\r', '\n').matchAll(attribution), ([line]) => line.trim());
}

/** One flag where texts name authors or signers other than the one whom the blueprint credits. */
export function attributionFlags(texts: readonly NamedText[], credit: Credit | undefined): readonly Flag[] {
  const own = credit && coAuthor(credit);
  const found = [...new Set(texts.flatMap(({ text }) => attributionsIn(text)))].filter((line) => line !== own);
  if (found.length === 0) return [];
  return [
    { code: 'attribution', message: `Names others as authors or signers, who did not say so: ${listed(found)}.` },
  ];
}

/** The body of a commit message with somebody as a co-author of it. */
export function withCoAuthor(body: string, credit: Credit): string {
  return withTrailers(body, coAuthor(credit));
}

function coAuthor({ name, email }: Credit): string {
  return `Co-authored-by: ${name} <${email}>`.normalize('NFKC');
}

/** The body of a commit message with a trailer, joined to trailers that end it, as git wants them in one block. */
export function withTrailers(body: string, trailer: string): string {
  if (body === '') return trailer;
  const last = body.split('\n\n').at(-1) ?? '';
  const trailers = last.split('\n').every((line) => /^[A-Za-z0-9-]+: \S/.test(line));
  return `${body}${trailers ? '\n' : '\n\n'}${trailer}`;
}
