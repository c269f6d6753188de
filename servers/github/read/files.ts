import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { FileAt } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { unavailable } from '../errors.ts';
import { noRepository } from '../names.ts';
import { entry, modeOf, typeOf } from './entry.ts';
import type { Session } from './session.ts';

/** Paths in one query. */
const batchSize = 100;

/** Blobs that are read at the same time. */
const parallelBlobs = 6;

/** The largest file that is read; larger ones would not fit a commit either. Bytes. */
const maxFile = 40 * 1024 * 1024;

/** One alias and one variable for each path: a path is never part of the document. */
function documentFor(count: number): string {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return `query ($owner: String!, $name: String!, $commit: GitObjectID!, ${indexes.map((i) => `$p${i}: String!`).join(', ')}) {
  repository(owner: $owner, name: $name, followRenames: false) {
    object(oid: $commit) { ... on Commit { ${indexes.map((i) => `f${i}: file(path: $p${i}) { ...found }`).join(' ')} } }
  }
}
fragment found on TreeEntry { type mode oid object { ... on Blob { byteSize isTruncated text } } }`;
}

const found = entry.extend({
  object: z
    .object({ byteSize: z.number().int().optional(), isTruncated: z.boolean().optional(), text: z.string().nullish() })
    .nullable(),
});
type Found = z.infer<typeof found>;

const data = z.object({
  repository: z.object({ object: z.record(z.string(), found.nullable()).nullable() }).nullable(),
});

/** What stands at each path of a commit: one query for all text, and one request more for each binary or long file. */
export async function readFiles(
  session: Session,
  commit: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, FileAt | null>> {
  const unique = [...new Set(paths)];
  const batches = Array.from({ length: Math.ceil(unique.length / batchSize) }, (_, index) =>
    unique.slice(index * batchSize, (index + 1) * batchSize),
  );
  const entries = (await Promise.all(batches.map((batch) => readBatch(session, commit, batch)))).flat();
  const files = new Array<FileAt | null>(unique.length).fill(null);
  const waiting = entries.entries();
  const work = async (): Promise<void> => {
    for (const [index, at] of waiting) files[index] = at && (await toFile(session, at));
  };
  await Promise.all(Array.from({ length: parallelBlobs }, work));
  return new Map(unique.map((path, index) => [path, files[index] ?? null]));
}

async function readBatch(session: Session, commit: string, paths: readonly string[]): Promise<(Found | null)[]> {
  const variables = { commit, ...Object.fromEntries(paths.map((path, index) => [`p${index}`, path])) };
  const mayMiss = (path: string) => /^repository\.object\.f\d+$/.test(path);
  const { repository } = await session.query({ document: documentFor(paths.length), variables, data, mayMiss });
  if (!repository) throw noRepository();
  const { object } = repository;
  // The id of a tree or a blob leads to an object that has nothing of what a commit is asked for.
  if (object === null || Object.keys(object).length === 0) {
    throw new AppError('not_found', 'There is no such commit in this repository.', { next: 'Read the branch again.' });
  }
  return paths.map((_, index) => {
    const at = object[`f${index}`];
    if (at === undefined) throw unavailable(new Error('a path that was asked for is not in the answer'));
    return at;
  });
}

async function toFile(session: Session, at: Found): Promise<FileAt> {
  const type = typeOf(at);
  const bytes = type === 'file' || type === 'symlink' ? await bytesOf(session, at) : null;
  return { type, mode: modeOf(at), oid: at.oid, bytes };
}

/**
 * The bytes of a blob. GitHub gives text as UTF-8 whatever it is stored as, so text counts only when its bytes have
 * the blob's own id; anything else is read as it is stored.
 */
async function bytesOf(session: Session, { oid, object }: Found): Promise<Uint8Array> {
  if (object?.text != null && object.isTruncated === false) {
    const bytes = Buffer.from(object.text, 'utf8');
    if (blobId(bytes) === oid) return bytes;
  }
  if ((object?.byteSize ?? 0) > maxFile) {
    throw new AppError('too_large', `A file has more than ${maxFile} bytes and is not read.`);
  }
  const bytes = await session.blob(oid);
  if (blobId(bytes) !== oid) throw unavailable(new Error(`the blob ${oid} came with other bytes`));
  return bytes;
}

/** Git's id of a blob with these bytes. */
const blobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
