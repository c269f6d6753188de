import * as z from 'zod';
import type { Locate } from './nodes.ts';
import { type BlueprintProblem, pathName, quoted } from './problems.ts';
import { comesLater } from './schema.ts';
import { suggest } from './suggest.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

const kinds: Readonly<Record<string, string>> = {
  object: 'a mapping of keys',
  record: 'a mapping of keys',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** What schemas say where they have no words of their own; for zod's `error` option. */
export const messages: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined && issue.code !== 'unrecognized_keys') return 'This is missing.';
  if (issue.code === 'invalid_type') return `This must be ${kinds[issue.expected] ?? issue.expected}${found(issue)}.`;
  if (issue.code === 'invalid_value') return oneOf(issue.values.map(String), issue.input);
  if (issue.code === 'invalid_key') return issue.issues[0]?.message;
  if (issue.code === 'too_small' || issue.code === 'too_big') return bound(issue);
  return undefined;
};

function found({ expected, input }: { readonly expected: string; readonly input?: unknown }): string {
  if (input === null)
    return expected === 'object' ? ', and there is none; write {} for an empty one' : ', and is empty';
  if (expected === 'string' && typeof input !== 'object') return '; put it in quotes';
  return '';
}

function oneOf(values: readonly string[], input: unknown): string {
  const meant = typeof input === 'string' ? suggest(input, values) : null;
  const hint = meant === null ? '' : ` Did you mean ${quoted(meant)}?`;
  return `This must be ${values.length === 1 ? '' : 'one of '}${values.map(quoted).join(', ')}.${hint}`;
}

function bound(issue: z.core.$ZodRawIssue<z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig>): string {
  const [edge, limit] = issue.code === 'too_small' ? ['least', issue.minimum] : ['most', issue.maximum];
  if (issue.origin === 'string')
    return `This must have at ${edge} ${limit} character${Number(limit) === 1 ? '' : 's'}.`;
  if (issue.origin === 'array')
    return `This must have at ${edge} ${limit} ${Number(limit) === 1 ? 'entry' : 'entries'}.`;
  return `This must be at ${edge} ${limit}.`;
}

/** The problems behind a schema's issues, each at the key or value that it is about. */
export function explain(input: {
  readonly issues: readonly Issue[];
  readonly schema: z.core.$ZodType;
  readonly source: string;
  readonly locate: Locate;
}): BlueprintProblem[] {
  const { schema, source, locate } = input;
  return input.issues.flatMap(branches).flatMap((issue) => {
    const problem = (path: Path, which: 'key' | 'value', message: string) => {
      return { source, ...locate(path, which), path: pathName(path), message };
    };
    if (issue.code !== 'unrecognized_keys') return [problem(issue.path, 'value', issue.message)];
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => problem([...issue.path, key], 'key', unknownKey(issue.path, key, known)));
  });
}

function unknownKey(parent: Path, key: string, known: readonly string[]): string {
  if (comesLater(parent, key)) return 'This is not supported by this version yet.';
  const meant = suggest(key, known);
  if (meant !== null) return `There is no such key. Did you mean ${quoted(meant)}?`;
  return `There is no such key${known.length === 0 ? '' : `; there are ${known.join(', ')}`}.`;
}

/** Of a union that did not match, the issues of the alternative that came furthest: most likely the one meant. */
function branches(issue: Issue): Issue[] {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue];
  const deepest = (issues: readonly Issue[]) => Math.max(...issues.map(({ path }) => path.length));
  const [best = []] = issue.errors.toSorted((a, b) => deepest(b) - deepest(a));
  if (deepest(best) > 0) return best.flatMap((inner) => branches({ ...inner, path: [...issue.path, ...inner.path] }));
  const alternatives = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first.message]));
  return [{ ...issue, message: [...new Set(alternatives)].join(' Or: ') }];
}

/** The keys that a schema knows at a path; none where it is not an object. */
function keysAt(schema: z.core.$ZodType, path: Path): readonly string[] {
  let at: z.core.$ZodType | undefined = unwrap(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = unwrap(at.shape[String(step)]);
    else if (at instanceof z.ZodArray) at = unwrap(at.element);
    else if (at instanceof z.ZodRecord) at = unwrap(at.valueType);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function unwrap(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return unwrap(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return unwrap(schema.in);
  return schema;
}
