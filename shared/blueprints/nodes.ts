import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { findHidden } from './hidden.ts';

/** No key of a blueprint lies deeper; more would only be a load for the parser. */
const maxDepth = 20;

export const tooDeep = 'This is nested too deeply.';

type Path = readonly PropertyKey[];

/** Where a key of the document stands: the key itself, or its value. */
export type Locate = (path: Path, which: 'key' | 'value') => { readonly line: number; readonly column: number };

/** Takes a problem at an offset of the text. */
export type Report = (offset: number, path: Path, message: string) => void;

type Pairs = Map<string, Pair<Node, Node | null>>;

/** One walk over the nodes of a text. */
export type Walk = {
  readonly text: string;
  readonly report: Report;
  readonly place: (offset: number) => { line: number; column: number };
  /** The pairs of each mapping by key. */
  readonly pairs: Map<Node, Pairs>;
};

/** The plain value of a node. What is not allowed is reported and left out. */
export function plain(walk: Walk, node: unknown, path: Path, depth: number): unknown {
  if (isAlias(node)) {
    walk.report(node.range?.[0] ?? 0, path, 'Aliases are not allowed: write the value out.');
    return undefined;
  }
  if (isMap<Node, Node | null>(node) || isSeq(node) || isScalar(node)) {
    const start = node.range?.[0] ?? 0;
    if (node.anchor !== undefined) walk.report(start, path, 'Anchors are not allowed: write the value out.');
    if (node.tag !== undefined) walk.report(start, path, 'Tags are not allowed.');
    if (depth > maxDepth) walk.report(start, [], tooDeep);
    else if (isMap<Node, Node | null>(node)) return plainMap(walk, node, path, depth);
    else if (isSeq(node)) return node.items.map((item, index) => plain(walk, item, [...path, index], depth + 1));
    else return plainScalar(walk, node.value, node.range, path);
    return undefined;
  }
  return null;
}

function plainScalar(walk: Walk, value: unknown, range: Node['range'], path: Path): unknown {
  const [start, end] = range ?? [0, 0];
  const found = typeof value === 'string' ? findHidden(value) : null;
  // What stands there in the open was reported with the text; this is what an escape like "\u202e" stands for.
  if (found !== null && findHidden(walk.text.slice(start, end).replaceAll('\r\n', '\n')) === null) {
    walk.report(start, path, `The character ${found.name} cannot be seen and is not allowed.`);
  }
  return value;
}

function plainMap(walk: Walk, map: Node & { items: Pair<Node, Node | null>[] }, path: Path, depth: number): object {
  const result: Record<string, unknown> = {};
  const pairs: Pairs = new Map();
  walk.pairs.set(map, pairs);
  for (const pair of map.items) {
    const key = plainKey(walk, pair, path, depth);
    if (key === null) continue;
    const first = pairs.get(key);
    if (first !== undefined) {
      const { line } = walk.place(first.key.range?.[0] ?? 0);
      walk.report(pair.key.range?.[0] ?? 0, [...path, key], `This is given twice; first on line ${line}.`);
      continue;
    }
    pairs.set(key, pair);
    const value = plain(walk, pair.value, [...path, key], depth + 1);
    // Assigning to this name would set the object's prototype instead of a key.
    if (key === '__proto__') walk.report(pair.key.range?.[0] ?? 0, [...path, key], 'There is no such key.');
    else result[key] = value;
  }
  return result;
}

function plainKey(walk: Walk, pair: Pair<Node, Node | null>, path: Path, depth: number): string | null {
  const key = plain(walk, pair.key, path, depth + 1);
  if (typeof key === 'string') return key;
  walk.report(pair.key?.range?.[0] ?? 0, path, 'A key is plain text; put it in quotes if it looks like a number.');
  return null;
}

/** Finds the node at a path; where there is none, the closest thing around it. */
export function locator(document: Document.Parsed, walk: Walk): Locate {
  const root = document.contents?.range?.[0] ?? 0;
  return (path, which) => {
    let node: unknown = document.contents;
    let key = root;
    for (const step of path) {
      if (isSeq(node)) {
        node = node.items[Number(step)];
        key = (node as Node | undefined)?.range?.[0] ?? key;
        continue;
      }
      const pair = walk.pairs.get(node as Node)?.get(String(step));
      if (pair === undefined) return walk.place(key);
      key = pair.key.range?.[0] ?? key;
      node = pair.value;
    }
    const value = (node as Node | null | undefined)?.range?.[0];
    return walk.place(which === 'key' ? key : (value ?? key));
  };
}
