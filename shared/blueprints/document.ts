import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { findHidden } from './hidden.ts';
import { type BlueprintProblem, pathName, shown } from './problems.ts';

/** Larger than any blueprint a person can review. */
export const maxBlueprintBytes = 256 * 1024;

/** No key of a blueprint lies deeper; more would only be a load for the parser. */
const maxDepth = 20;
const tooDeep = 'This is nested too deeply.';

type Path = readonly PropertyKey[];

/** Where a key of the document stands: the key itself, or its value. */
export type Locate = (path: Path, which: 'key' | 'value') => { readonly line: number; readonly column: number };

/** YAML as plain data that remembers where each key stood. */
export type BlueprintDocument = {
  /** Undefined when the text is not YAML at all, so that looking at it further would only mislead. */
  readonly value: unknown;
  readonly problems: readonly BlueprintProblem[];
  readonly locate: Locate;
};

/**
 * Reads a text as one document of YAML 1.2 (core schema), without anchors, aliases, tags, merge keys or directives:
 * what a reviewer reads is what it says. Reports every problem that it finds, and never throws.
 */
export function readDocument(input: { text: string; source: string }): BlueprintDocument {
  const { source } = input;
  const text = input.text.replace(/^\ufeff/, '');
  const lines = new LineCounter();
  const problems: BlueprintProblem[] = [];
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const report: Report = (offset, path, message) =>
    problems.push({ source, ...place(offset), path: pathName(path), message });

  if (Buffer.byteLength(text) > maxBlueprintBytes) {
    report(0, [], `A blueprint has at most ${maxBlueprintBytes / 1024} KiB.`);
    return { value: undefined, problems, locate: () => ({ line: 1, column: 1 }) };
  }
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    strict: true,
    merge: false,
    // The walk below reports a key that is given twice, in linear time and with the place of the first.
    uniqueKeys: false,
    prettyErrors: false,
    lineCounter: lines,
  });
  reportHidden(text, report);
  reportSyntax(document, text, report);
  const syntaxHolds = document.errors.length === 0;
  const walk: Walk = { text, report, place, pairs: new Map() };
  const value = plain(walk, document.contents, [], 0);
  return { value: syntaxHolds ? value : undefined, problems, locate: locator(document, walk) };
}

type Report = (offset: number, path: Path, message: string) => void;

type Pairs = Map<string, Pair<Node, Node | null>>;

type Walk = {
  readonly text: string;
  readonly report: Report;
  readonly place: (offset: number) => { line: number; column: number };
  /** The pairs of each mapping by key. */
  readonly pairs: Map<Node, Pairs>;
};

function reportHidden(text: string, report: Report): void {
  // A carriage return is part of a line break here, but shows one thing and says another where it stands alone.
  const unixText = text.replaceAll('\r\n', ' \n');
  for (let from = 0; from < unixText.length; ) {
    const found = findHidden(unixText.slice(from));
    if (found === null) return;
    report(from + found.index, [], `The character ${found.name} cannot be seen and is not allowed.`);
    const lineEnd = unixText.indexOf('\n', from + found.index);
    if (lineEnd === -1) return;
    from = lineEnd;
  }
}

function reportSyntax(document: Document.Parsed, text: string, report: Report): void {
  const deep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  // Where the parser gave up, everything that follows looks wrong to it.
  for (const error of deep === undefined ? document.errors : [deep]) {
    if (error === deep) report(error.pos[0], [], tooDeep);
    else if (error.code === 'MULTIPLE_DOCS') report(error.pos[0], [], 'One file holds one blueprint.');
    else report(error.pos[0], [], `This is not valid YAML: ${shown(error.message, 120)}.`);
  }
  if (document.warnings.some(({ code }) => code === 'BAD_DIRECTIVE') || document.directives.yaml.explicit) {
    report(Math.max(text.search(/^%/m), 0), [], 'Directives are not allowed.');
  }
}

/** The plain value of a node. What is not allowed is reported and left out. */
function plain(walk: Walk, node: unknown, path: Path, depth: number): unknown {
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
function locator(document: Document.Parsed, walk: Walk): Locate {
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
