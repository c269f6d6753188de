import { blobOid } from '#capabilities/repo/blob.ts';
import { ancestors } from '#capabilities/repo/paths.ts';
import type { TreeChange } from '#capabilities/repo-write/ports.ts';

/** An entry as `POST git/trees` takes it; `sha` null deletes. */
type Entry = { readonly path: string; readonly mode: string; readonly type: 'blob' } & (
  | { readonly sha: string | null }
  | { readonly content: string }
);

/** One request for a tree on top of the one before, and the ids that its paths of the root must get. */
type TreeRequest = { readonly entries: readonly Entry[]; readonly ids: ReadonlyMap<string, string> };

/** Longer text is a request of its own: GitHub gives up on trees that take it long. Bytes. */
const mostInline = 256 * 1024;

/** What one request for a tree may hold. GitHub says no figure; these are far below what is known to work. */
const mostInRequest = { entries: 500, bytes: 4 * 1024 * 1024 };

/**
 * What has to be sent to change a tree: short text goes along in the request for the tree, the other bytes each in a
 * request before, once for each content.
 */
export function treeRequests(changes: readonly TreeChange[]): {
  readonly uploads: readonly Uint8Array[];
  readonly requests: readonly TreeRequest[];
} {
  const uploads = new Map<string, Uint8Array>();
  const entries = changes.map((change): Sized => {
    const { path } = change;
    if ('delete' in change) return { entry: { path, mode: '100644', type: 'blob', sha: null }, bytes: 0, id: null };
    const { mode } = change;
    if ('oid' in change) return { entry: { path, mode, type: 'blob', sha: change.oid }, bytes: 0, id: change.oid };
    const id = blobOid(change.bytes);
    const content = inlined(change.bytes);
    if (content !== null) return { entry: { path, mode, type: 'blob', content }, bytes: change.bytes.length, id };
    uploads.set(id, change.bytes);
    return { entry: { path, mode, type: 'blob', sha: id }, bytes: 0, id };
  });
  return { uploads: [...uploads.values()], requests: inRequests(entries) };
}

type Sized = { readonly entry: Entry; readonly bytes: number; readonly id: string | null };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text that bytes are, where JSON is sure to carry it unchanged; null otherwise. */
function inlined(bytes: Uint8Array): string | null {
  if (bytes.length > mostInline) return null;
  try {
    const text = utf8.decode(bytes);
    return text.includes('\0') || text.startsWith('\u{feff}') ? null : text;
  } catch {
    return null;
  }
}

function inRequests(all: readonly Sized[]): readonly TreeRequest[] {
  const gone = all.filter(({ id }) => id === null);
  const there = all.filter(({ id }) => id !== null);
  // What becomes a folder, or was one, must be gone before anything takes its place.
  const groups = changeKind(gone, there) ? [gone, there] : [all];
  return groups.flatMap((group) => chunked(group)).map(requestOf);
}

function changeKind(gone: readonly Sized[], there: readonly Sized[]): boolean {
  const above = (each: Sized): readonly string[] => ancestors(each.entry.path);
  const [goneAt, thereAt] = [gone, there].map((group) => new Set(group.map(({ entry }) => entry.path)));
  return (
    there.some((each) => above(each).some((folder) => goneAt?.has(folder))) ||
    gone.some((each) => above(each).some((folder) => thereAt?.has(folder)))
  );
}

function chunked(entries: readonly Sized[]): readonly (readonly Sized[])[] {
  const chunks: Sized[][] = [];
  let bytes = 0;
  for (const each of entries) {
    const last = chunks.at(-1);
    bytes += each.bytes;
    if (last === undefined || last.length === mostInRequest.entries || bytes > mostInRequest.bytes) {
      chunks.push([each]);
      bytes = each.bytes;
    } else last.push(each);
  }
  return chunks;
}

function requestOf(entries: readonly Sized[]): TreeRequest {
  const ids = entries.flatMap(({ entry, id }) => (id === null ? [] : [[entry.path, id] as const]));
  return { entries: entries.map(({ entry }) => entry), ids: new Map(ids) };
}
