import { ownersOf, parseCodeOwners } from '#capabilities/repo/code-owners.ts';
import { decodeUtf8 } from '#capabilities/repo/encoding.ts';
import type { RepoReader } from '#capabilities/repo-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Ownership } from '#shared/tools/index.ts';

/** Where GitHub looks, in its order: the first that there is counts alone. */
const places = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS'];

/** GitHub loads no larger one [bytes]. */
const mostBytes = 3 * 1024 * 1024;

/**
 * Who owns paths by the CODEOWNERS file of a commit. Throws AppError `too_large` or `conflict` for a file that would
 * leave everything to nobody because it cannot be read.
 */
export async function ownershipAt(
  reader: RepoReader,
  at: { readonly repository: string; readonly commit: string; readonly paths: readonly string[] },
): Promise<Ownership> {
  const limits = new Map(places.map((path) => [path, mostBytes]));
  const found = await reader.files(at.repository, at.commit, places, limits);
  const path = places.find((place) => (found.get(place)?.type ?? 'directory') !== 'directory');
  const file = path === undefined ? null : found.get(path);
  if (path === undefined || !file) {
    return { file: null, unread: [], paths: at.paths.map((one) => ({ path: one, owners: [] })) };
  }
  const text = file.type === 'file' && file.bytes !== null ? decodeUtf8(file.bytes) : null;
  if (text === null) {
    throw new AppError('conflict', `${path} of this repository cannot be read as a text, so nobody knows its owners.`);
  }
  const parsed = parseCodeOwners(text);
  return {
    file: { path, commit: at.commit },
    unread: parsed.unread,
    paths: at.paths.map((one) => ({ path: one, owners: ownersOf(parsed, one) })),
  };
}
