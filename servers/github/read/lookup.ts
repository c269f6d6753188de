import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import { unavailable } from '../errors.ts';
import { noRepository } from '../names.ts';
import { entry } from './entry.ts';
import type { Session } from './session.ts';

/** Paths in one query. */
export const batchSize = 100;

/** One alias and one variable for each path: a path is never part of the document. */
function documentFor(count: number, fields: string): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return `query ($owner: String!, $name: String!, $commit: GitObjectID!, ${indexes.map((i) => `$p${i}: String!`).join(', ')}) {
  repository(owner: $owner, name: $name, followRenames: false) {
    object(oid: $commit) { ... on Commit { ${indexes.map((i) => `f${i}: file(path: $p${i}) { ...found }`).join(' ')} } }
  }
}
fragment found on TreeEntry { type mode oid object { ... on Blob { ${fields} } } }`;
}

const found = entry.extend({
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

/** Looks up any number of paths of a commit: one query for each hundred. `fields` are what is asked of a blob. */
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
  const variables = { commit, ...Object.fromEntries(paths.map((path, index) => [`p${index}`, path])) };
  const mayMiss = (path: string) => /^repository\.object\.f\d+$/.test(path);
  const document = documentFor(paths.length, fields);
  const { repository } = await session.query({ document, variables, data, mayMiss });
  if (!repository) throw noRepository();
  const { object } = repository;
  // The id of a tree or a blob leads to an object that has nothing of what a commit is asked for.
  if (object === null || Object.keys(object).length === 0) {
    throw new AppError('not_found', 'There is no such commit in this repository.', { next: 'Read the branch again.' });
  }
  return paths.map((path, index) => {
    const at = object[`f${index}`];
    if (at === undefined) throw unavailable(new Error('a path that was asked for is not in the answer'));
    return [path, at];
  });
}
