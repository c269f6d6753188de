import { type Document, LineCounter, parseDocument } from 'yaml';
import { findHidden } from './hidden.ts';
import { type Locate, locator, plain, type Report, tooDeep, type Walk } from './nodes.ts';
import { type BlueprintProblem, pathName, shown } from './problems.ts';

/** Larger than any blueprint a person can review. */
export const maxBlueprintBytes = 256 * 1024;

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
export function readDocument(input: {
  readonly text: string;
  readonly source: string;
  /** What the file holds, for messages. */
  readonly what?: string;
}): BlueprintDocument {
  const { source, what = 'blueprint' } = input;
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
    report(0, [], `A ${what} has at most ${maxBlueprintBytes / 1024} KiB.`);
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
  reportSyntax(document, text, report, what);
  const syntaxHolds = document.errors.length === 0;
  const walk: Walk = { text, report, place, pairs: new Map() };
  const value = plain(walk, document.contents, [], 0);
  return { value: syntaxHolds ? value : undefined, problems, locate: locator(document, walk) };
}

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

function reportSyntax(document: Document.Parsed, text: string, report: Report, what: string): void {
  const deep = document.errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  // Where the parser gave up, everything that follows looks wrong to it.
  for (const error of deep === undefined ? document.errors : [deep]) {
    if (error === deep) report(error.pos[0], [], tooDeep);
    else if (error.code === 'MULTIPLE_DOCS') report(error.pos[0], [], `One file holds one ${what}.`);
    else report(error.pos[0], [], `This is not valid YAML: ${shown(error.message, 120)}.`);
  }
  if (document.warnings.some(({ code }) => code === 'BAD_DIRECTIVE') || document.directives.yaml.explicit) {
    report(Math.max(text.search(/^%/m), 0), [], 'Directives are not allowed.');
  }
}
