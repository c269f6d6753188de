import type { RichNode } from '#capabilities/common/rich-text/node.ts';
import { AppError } from '#shared/errors.ts';

/** A whole document in Atlassian Document Format. */
export type AdfDocument = RichNode & { readonly type: 'doc'; readonly content: readonly RichNode[] };

/** How deep a document may be; none that a person made comes near. */
const mostDeep = 200;

/** Throws AppError `unsupported` for what is not a document in this format. */
export function parseAdf(native: string): AdfDocument {
  const value = jsonOf(native);
  assertShape(value);
  const document = value as RichNode;
  if (document.type !== 'doc') throw malformed(new TypeError('its type is not doc'));
  return { ...document, type: 'doc', content: document.content ?? [] };
}

function jsonOf(native: string): unknown {
  try {
    return JSON.parse(native);
  } catch (error) {
    throw malformed(error);
  }
}

/** Without recursion: what is nested too deep must not end the process that looks at it. */
function assertShape(root: unknown): void {
  const waiting = [{ value: root, depth: 0 }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { value, depth } = at;
    if (depth > mostDeep) throw malformed(new RangeError(`it is more than ${mostDeep} levels deep`));
    if (!isNode(value)) throw malformed(new TypeError('a node has not the form of one'));
    for (const inner of value.content ?? []) waiting.push({ value: inner, depth: depth + 1 });
  }
}

function isNode(value: unknown): value is { readonly content?: readonly unknown[] } {
  if (!isObject(value) || typeof value['type'] !== 'string') return false;
  const { content, marks, attrs, text } = value;
  const isMarks = marks === undefined || (Array.isArray(marks) && marks.every(isMark));
  const isText = text === undefined ? value['type'] !== 'text' : typeof text === 'string';
  return isMarks && isText && (content === undefined || Array.isArray(content)) && isAttrs(attrs);
}

function isMark(value: unknown): boolean {
  return isObject(value) && typeof value['type'] === 'string' && isAttrs(value['attrs']);
}

function isAttrs(value: unknown): boolean {
  return value === undefined || isObject(value);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function malformed(cause: unknown): AppError {
  return new AppError(
    'unsupported',
    'The text there is not a document that can be read, so it cannot be edited here.',
    {
      cause,
    },
  );
}
