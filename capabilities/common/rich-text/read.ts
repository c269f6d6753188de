import { Lexer, type Token, Tokenizer, type Tokens } from 'marked';
import { AppError } from '#shared/errors.ts';
import { blocksOf } from './blocks.ts';
import { isTooTangled } from './bounds.ts';
import type { RichNode } from './node.ts';
import type { Placeholder } from './placeholder.ts';

/** Only whole addresses become links by themselves. */
class Addresses extends Tokenizer {
  override url(source: string): Tokens.Link | undefined {
    const found = super.url(source);
    return found && /^https?:/iu.test(found.raw) ? found : undefined;
  }
}

/** One block of a Markdown text: as it stands there, and what it is in the format. */
export type Block = { readonly source: string; readonly nodes: () => readonly RichNode[] };

/** The blocks of a text, in which signs stand for placeholders. Throws AppError `too_large` for what would take too long. */
export function readBlocks(text: string, placeholders: readonly Placeholder[]): readonly Block[] {
  if (isTooTangled(text)) {
    throw new AppError(
      'too_large',
      'The text has too many levels, or too many signs of Markdown without a blank line.',
    );
  }
  return tokensOf(text).map((token) => ({
    source: token.raw.trimEnd(),
    nodes: () => blocksOf([token], { within: 'doc', placeholders }),
  }));
}

/** What a Markdown text consists of, without blank lines and definitions of links. */
export function tokensOf(text: string): readonly Token[] {
  const tokens = new Lexer({ gfm: true, tokenizer: new Addresses() }).lex(text);
  return tokens.filter(({ type }) => type !== 'space' && type !== 'def');
}
