import { blocksOfText, markdownOf, patchedBlocks } from '#capabilities/common/rich-text/edit.ts';
import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import type { PageDocument } from '../types.ts';
import { blockOf, runsOf } from './blocks.ts';
import { chunksOf } from './chunks.ts';
import { steady, unsteadied } from './steady.ts';
import { linesOf } from './write.ts';

export type NotionDocument = PageDocument & { readonly format: 'notion' };

/** What placeholders begin with: `⟦notion:callout:3f2a9c1e 💡 Read this first⟧`. */
const format = 'notion';

/**
 * What a page of Notion reads as. `native` is the enhanced Markdown that Notion gives of it, in which all that plain
 * Markdown has no words for is an element or an attribute: https://developers.notion.com/guides/data-apis/enhanced-markdown.
 * Throws AppError `unsupported` where it has more levels than are read.
 */
export function notionDocument(native: string): NotionDocument {
  return { format, native, text: markdownOf([...rowOf(native).blocks.keys()], format) };
}

/** A new document of Markdown. Throws AppError where the text cannot be read, or has placeholders of another one. */
export function newNotion(markdown: string): NotionDocument {
  const blocks = blocksOfText(markdown, format).filter((block) => !isEmpty(block));
  return notionDocument(blocks.flatMap((block) => linesOf(block)).join('\n'));
}

/**
 * A document with another text, in which each block that reads as before stands as it stood, to the letter. Throws AppError
 * `unsupported` where the new text would drop, change, double or move what Markdown cannot say.
 */
export function editedNotion(before: NotionDocument, markdown: string): NotionDocument {
  if (markdown === before.text) return before;
  const { blocks, tail, gap } = rowOf(before.native);
  const patched = patchedBlocks([...blocks.keys()], markdown, format);
  const known = writtenLines([...blocks]);
  const fresh = (block: RichNode, index: number): readonly string[] => {
    const lines = linesOf(block).map((line) => known.get(line) ?? line);
    return gap && index > 0 ? ['', ...lines] : lines;
  };
  const lines = patched.flatMap((block, index) => blocks.get(block) ?? fresh(block, index));
  return notionDocument(unsteadied([...lines, ...(lines.length === 0 ? [] : tail)].join('\n'), before.native));
}

/** A page as a row of blocks. */
type Row = {
  /** Each with the lines that it stands in, and the blank ones before them. */
  readonly blocks: ReadonlyMap<RichNode, readonly string[]>;
  /** The blank lines after all of them. */
  readonly tail: readonly string[];
  /** Whether blank lines stand between blocks. */
  readonly gap: boolean;
};

function rowOf(native: string): Row {
  const lines = native.split('\n');
  const runs = runsOf(chunksOf(lines));
  const ends = runs.map((run) => run.at(-1)?.to ?? 0);
  const blocks = new Map(runs.map((run, index) => [blockOf(run), lines.slice(ends[index - 1] ?? 0, ends[index])]));
  const gap = runs.some(([{ from }], index) => index > 0 && from > (ends[index - 1] ?? 0));
  return { blocks, tail: lines.slice(ends.at(-1) ?? lines.length), gap };
}

const isEmpty = ({ type, content = [] }: RichNode): boolean => type === 'paragraph' && content.length === 0;

/** How each line of blocks would be written here, so that one of a list that stays keeps the letters that Notion gave it. */
function writtenLines(row: readonly (readonly [RichNode, readonly string[]])[]): ReadonlyMap<string, string> {
  const known = new Map<string, string>();
  for (const [block, lines] of row) {
    if (block.attrs?.['raw'] !== undefined) continue;
    const written = linesOf(block);
    const there = lines.filter((line) => line.trim() !== '');
    if (written.length === there.length) for (const [at, line] of written.entries()) known.set(line, there[at] ?? line);
  }
  return known;
}

/** Whether two documents are the same to whoever reads them, however Notion writes what was sent. */
export function sameNotion(one: string, other: string): boolean {
  return steady(one) === steady(other) || plainLines(one) === plainLines(other);
}

const plainLines = (native: string): string =>
  [...rowOf(native).blocks.keys()]
    .filter((block) => !isEmpty(block))
    .flatMap((block) => linesOf(block))
    .join('\n');
