import { createHash } from 'node:crypto';
import type { FileAt } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { unavailable } from '#shared/github/errors.ts';
import { modeOf, typeOf } from './entry.ts';
import { batchSize, type Entries, type Found, lookUp } from './lookup.ts';
import type { Session } from './session.ts';

/** Blobs that are read at the same time. */
const parallelBlobs = 6;

/** All files of one call together; larger ones would not fit a commit either. Bytes. */
const maxTotal = 40 * 1024 * 1024;

/**
 * What stands at each path of a commit: one query for up to {@link batchSize} paths, more of them beyond
 * that, and one request for each binary or long file.
 * @throws AppError `too_large` before any such file is read, when one is larger than its limit, or all of them are
 * larger than one call reads
 */
export async function readFiles(
  session: Session,
  commit: string,
  paths: readonly string[],
  limits: ReadonlyMap<string, number> = new Map(),
): Promise<ReadonlyMap<string, FileAt | null>> {
  const unique = [...new Set(paths)];
  return withBytes(session, await withinLimits(session, commit, unique, limits));
}

/** What is asked of a blob whose text is to come along. */
export const textFields = 'byteSize isTruncated text';

/** The entries with all bytes: what did not come along is read now. */
export async function withBytes(session: Session, entries: Entries): Promise<ReadonlyMap<string, FileAt | null>> {
  const files = new Map<string, FileAt | null>([...entries.keys()].map((path) => [path, null]));
  const waiting = entries.entries();
  const work = async (): Promise<void> => {
    for (const [path, at] of waiting) files.set(path, at && (await toFile(session, at)));
  };
  await Promise.all(Array.from({ length: parallelBlobs }, work));
  return files;
}

/** The entries with their text. Text of many files is asked for only when all sizes are known and not too much. */
async function withinLimits(
  session: Session,
  commit: string,
  paths: readonly string[],
  limits: ReadonlyMap<string, number>,
): Promise<Entries> {
  const few = paths.length <= batchSize;
  const entries = await lookUp(session, commit, paths, few ? textFields : 'byteSize');
  assertWithin(entries, limits);
  if (few) return entries;
  const blobs = paths.filter((path) => isBlob(entries.get(path) ?? null));
  return new Map([...entries, ...(await lookUp(session, commit, blobs, textFields))]);
}

/** @throws AppError `too_large` when one is larger than its limit, or all of them are larger than one call reads */
export function assertWithin(entries: Entries, limits: ReadonlyMap<string, number>): void {
  let total = 0;
  for (const [path, at] of entries) {
    const size = isBlob(at) ? sizeOf(at) : 0;
    const most = limits.get(path) ?? maxTotal;
    total += size;
    if (size > most) throw new AppError('too_large', `${JSON.stringify(path)} has more than ${most} bytes.`);
  }
  if (total <= maxTotal) return;
  const message = `These files have more than ${maxTotal} bytes together, and no more are read at once.`;
  throw new AppError('too_large', message, { next: 'Take fewer of them at once.' });
}

const isBlob = (at: Found | null): at is Found => at !== null && ['file', 'symlink'].includes(typeOf(at));

function sizeOf({ oid, object }: Found): number {
  if (object?.byteSize === undefined) throw unavailable(new Error(`the blob ${oid} came without its size`));
  return object.byteSize;
}

async function toFile(session: Session, at: Found): Promise<FileAt> {
  const bytes = isBlob(at) ? await bytesOf(session, at) : null;
  return { type: typeOf(at), mode: modeOf(at), oid: at.oid, bytes };
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
  const bytes = await session.blob(oid);
  if (blobId(bytes) !== oid) throw unavailable(new Error(`the blob ${oid} came with other bytes`));
  return bytes;
}

/** Git's id of a blob with these bytes. */
const blobId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
