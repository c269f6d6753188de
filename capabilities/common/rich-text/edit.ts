import { diffArrays } from 'diff';
import { contracted, misplaced } from './contract.ts';
import type { RichNode } from './node.ts';
import { expanded, type Placeholder, signsIn } from './placeholder.ts';
import { type Block, readBlocks } from './read.ts';
import { writtenBlocks } from './write.ts';

/** Blocks in Markdown, as people and models read them. `format` is what their placeholders begin with: `adf`. */
export function markdownOf(blocks: readonly RichNode[], format: string): string {
  const { segments, placeholders } = writtenBlocks(blocks, format);
  return expanded(segments.join('\n\n'), placeholders, format);
}

/** The blocks of Markdown alone. Throws AppError for a text that cannot be read, or that has placeholders. */
export function blocksOfText(markdown: string, format: string): readonly RichNode[] {
  return readBlocks(contracted(markdown, [], format), []).flatMap(({ nodes }) => nodes());
}

/**
 * Blocks with another text: each that reads as before is the very node that it was, and so is each that is carried. Throws
 * AppError `unsupported` where the new text would drop, change or double what Markdown cannot say.
 */
export function patchedBlocks(before: readonly RichNode[], markdown: string, format: string): readonly RichNode[] {
  const { segments, placeholders } = writtenBlocks(before, format);
  const blocks = readBlocks(contracted(markdown, placeholders, format), placeholders);
  return aligned(before, segments, blocks, placeholders);
}

/** More differences than that are not looked for in detail: all between the first and the last is new then. */
const mostDifferences = 1_000;

function aligned(
  nodes: readonly RichNode[],
  segments: readonly string[],
  blocks: readonly Block[],
  placeholders: readonly Placeholder[],
): readonly RichNode[] {
  const sources = blocks.map(({ source }) => source);
  const parts = diffArrays([...segments], sources, { maxEditLength: mostDifferences }) ?? [
    { value: [...segments], removed: true, added: false },
    { value: sources, removed: false, added: true },
  ];
  const result: RichNode[] = [];
  let [was, is] = [0, 0];
  let gone: readonly RichNode[] = [];
  let fresh: readonly RichNode[] = [];
  for (const { value, removed, added } of parts) {
    const [old, given] = [nodes.slice(was, was + value.length), blocks.slice(is, is + value.length)];
    if (!added) was += value.length;
    if (!removed) is += value.length;
    if (removed) gone = [...gone, ...old];
    else if (added) fresh = [...fresh, ...given.flatMap((block) => readWhole(block, placeholders))];
    else {
      result.push(...inheriting(fresh, gone, placeholders), ...old);
      [gone, fresh] = [[], []];
    }
  }
  return [...result, ...inheriting(fresh, gone, placeholders)];
}

/** Tables in the place of others with what those say of themselves, such as their width; not those that are carried whole. */
function inheriting(
  fresh: readonly RichNode[],
  gone: readonly RichNode[],
  placeholders: readonly Placeholder[],
): readonly RichNode[] {
  if (fresh.length === 0) return fresh;
  const whole = new Set(placeholders.map(({ node }) => node));
  const isTable = (node: RichNode): boolean => node.type === 'table' && !whole.has(node);
  const tables = gone.filter(isTable);
  return fresh.map((node) => {
    const attrs = isTable(node) ? tables.shift()?.attrs : undefined;
    return attrs === undefined ? node : { ...node, attrs };
  });
}

/** The nodes of a block, if all are in it that its signs stand for. */
function readWhole({ source, nodes }: Block, placeholders: readonly Placeholder[]): readonly RichNode[] {
  const read = nodes();
  const there = new Set<RichNode>();
  const waiting = [...read];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    there.add(node);
    waiting.push(...(node.content ?? []));
  }
  const missing = signsIn(source)
    .map((index) => placeholders[index])
    .find((placeholder) => placeholder !== undefined && !there.has(placeholder.node));
  if (missing) throw misplaced(missing);
  return read;
}
