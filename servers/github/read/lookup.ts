import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { unavailable } from '#shared/github/errors.ts';
import { noRepository } from '#shared/github/names.ts';
import { entry } from './entry.ts';
import type { Session } from './session.ts';

/** Paths in one query: a hundred files, and the folders and attributes that matter to them. */
export const batchSize = 150;

/** What asks a commit for paths. One alias and one variable for each path: a path is never part of the document. */
export function pathQuery(paths: readonly string[], fields: string) {
  const indexes = [...paths.keys()];
  return {
    declared: indexes.map((i) => `$p${i}: String!`).join(', '),
    selected: `... on Commit { ${indexes.map((i) => `f${i}: file(path: $p${i}) { ...found }`).join(' ')} }`,
    fragment: `fragment found on TreeEntry { type mode oid object { ... on Blob { ${fields} } } }`,
    variables: Object.fromEntries(paths.map((path, index) => [`p${index}`, path])),
  };
}

export const found = entry.extend({
  object: z
    .object({ byteSize: z.number().int().optional(), isTruncated: z.boolean().optional(), text: z.string().nullish() })
    .nullable(),
});
/** What stands at a path. */
export type Found = z.infer<typeof found>;

const data = z.object({
  repository: z.object({ object: z.record(z.string(), found.nullable()).nullable() }).nullable(),
});

/** What stands at each path; null where nothing does. */
export type Entries = ReadonlyMap<string, Found | null>;

/** Looks up any number of paths of a commit: one query for each {@link batchSize}. `fields` are what is asked of a blob. */
export async function lookUp(
  session: Session,
  commit: string,
  paths: readonly string[],
  fields: string,
): Promise<Entries> {
  const batches = Array.from({ length: Math.ceil(paths.length / batchSize) }, (_, index) =>
    paths.slice(index * batchSize, (index + 1) * batchSize),
  );
  const looked = await Promise.all(batches.map((batch) => lookAtBatch(session, commit, batch, fields)));
  return new Map(looked.flat());
}

async function lookAtBatch(
  session: Session,
  commit: string,
  paths: readonly string[],
  fields: string,
): Promise<(readonly [path: string, at: Found | null])[]> {
  const asked = pathQuery(paths, fields);
  const document = `query ($owner: String!, $name: String!, $commit: GitObjectID!, ${asked.declared}) {
  repository(owner: $owner, name: $name, followRenames: false) { object(oid: $commit) { ${asked.selected} } }
}
${asked.fragment}`;
  const mayMiss = (path: string) => /^repository\.object\.f\d+$/.test(path);
  const { repository } = await session.query({ document, variables: { commit, ...asked.variables }, data, mayMiss });
  if (!repository) throw noRepository();
  const { object } = repository;
  // The id of a tree or a blob leads to an object that has nothing of what a commit is asked for.
  if (object === null || Object.keys(object).length === 0) {
    throw new AppError('not_found', 'There is no such commit in this repository.', { next: 'Read the branch again.' });
  }
  return entriesOf(paths, object);
}

/** What came for each of the paths that were asked for. */
export function entriesOf(
  paths: readonly string[],
  answer: Readonly<Record<string, Found | null>>,
): (readonly [path: string, at: Found | null])[] {
  return paths.map((path, index) => {
    const at = answer[`f${index}`];
    if (at === undefined) throw unavailable(new Error('a path that was asked for is not in the answer'));
    return [path, at];
  });
}
