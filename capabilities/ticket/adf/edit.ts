import { diffArrays } from 'diff';
import { contracted, misplaced } from './contract.ts';
import type { AdfDocument, AdfNode } from './node.ts';
import { expanded, type Placeholder, signsIn } from './placeholder.ts';
import { type Block, readBlocks } from './read.ts';
import { writeDocument } from './write.ts';

/** A document in Markdown, as people and models read it. */
export function markdownOf(document: AdfDocument): string {
  const { segments, placeholders } = writeDocument(document);
  return expanded(segments.join('\n\n'), placeholders);
}

/** A document of Markdown alone. */
export function documentOf(markdown: string): AdfDocument {
  const content = readBlocks(contracted(markdown, []), []).flatMap(({ nodes }) => nodes());
  return { version: 1, type: 'doc', content } as AdfDocument;
}

/** A document with another text: each block that reads as before is the very node that it was. */
export function patched(before: AdfDocument, markdown: string): AdfDocument {
  const { segments, placeholders } = writeDocument(before);
  const blocks = readBlocks(contracted(markdown, placeholders), placeholders);
  return { ...before, content: aligned(before.content, segments, blocks, placeholders) };
}

/** More differences than that are not looked for in detail: all between the first and the last is new then. */
const mostDifferences = 1_000;

function aligned(
  nodes: readonly AdfNode[],
  segments: readonly string[],
  blocks: readonly Block[],
  placeholders: readonly Placeholder[],
): readonly AdfNode[] {
  const sources = blocks.map(({ source }) => source);
  const parts = diffArrays([...segments], sources, { maxEditLength: mostDifferences }) ?? [
    { value: [...segments], removed: true, added: false },
    { value: sources, removed: false, added: true },
  ];
  const result: AdfNode[] = [];
  let [was, is] = [0, 0];
  let gone: readonly AdfNode[] = [];
  let fresh: readonly AdfNode[] = [];
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
  fresh: readonly AdfNode[],
  gone: readonly AdfNode[],
  placeholders: readonly Placeholder[],
): readonly AdfNode[] {
  if (fresh.length === 0) return fresh;
  const whole = new Set(placeholders.map(({ node }) => node));
  const isTable = (node: AdfNode): boolean => node.type === 'table' && !whole.has(node);
  const tables = gone.filter(isTable);
  return fresh.map((node) => {
    const attrs = isTable(node) ? tables.shift()?.attrs : undefined;
    return attrs === undefined ? node : { ...node, attrs };
  });
}

/** The nodes of a block, if all are in it that its signs stand for. */
function readWhole({ source, nodes }: Block, placeholders: readonly Placeholder[]): readonly AdfNode[] {
  const read = nodes();
  const there = new Set<AdfNode>();
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
