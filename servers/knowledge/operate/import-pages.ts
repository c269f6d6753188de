import { digest as digestOf, sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import { forgottenAmong } from '#shared/ledger/tombstones.ts';
import type { JsonObject, Trust } from '#shared/tools/index.ts';
import { checkFile, type Page } from '../embedded/import/check.ts';
import { type Imported, importPages } from '../embedded/import/import.ts';
import { isUntrustedHere } from '../embedded/import/known.ts';
import type { Problem, Source } from '../embedded/import/source.ts';
import type { Into } from '../embedded/import/standing.ts';
import { treeOf } from '../embedded/import/tree.ts';
import { namespaceByKey } from '../embedded/store/namespaces.ts';
import { pageByRef } from '../embedded/store/places.ts';
import type { Store } from '../embedded/store/store.ts';
import { digestOfText } from '../forgotten.ts';
import { serverName } from '../governed.ts';
import { type Namespace, openNamespace } from './namespaces.ts';
import { operator, type Place, record } from './place.ts';

/** What is to be taken in, and how. */
export type ImportRequest = {
  readonly namespace: string;
  /** What the namespace is made with where it is not there; null where it has to be. */
  readonly make: Namespace | null;
  /** The page that all comes under. */
  readonly under: string | null;
  readonly trust: Trust;
  readonly prune: boolean;
  readonly dryRun: boolean;
  /** Takes in the rest where some files cannot be. */
  readonly skip: boolean;
};

/** What came of it. */
export type ImportReport = {
  readonly namespace: string;
  readonly source: string;
  readonly commit: string | null;
  readonly trust: Trust;
  readonly dry_run: boolean;
  readonly files: number;
  /** Whether anything was taken in: nothing is where files are refused and nobody said to leave them out. */
  readonly done: boolean;
  readonly refused: readonly Problem[];
  readonly passed: readonly string[];
  /** Files whose words are taken in as untrusted although the rest is not: what an export says, or what they are here. */
  readonly untrusted: readonly string[];
  readonly milliseconds: number;
} & Imported;

/** Gets how many of how many are done. */
export type OnProgress = (done: number, of: number) => void;

const nothing: Imported = { created: 0, updated: 0, same: 0, kept: 0, gone: [], pruned: 0, left: [] };

/**
 * Takes pages in from files. All files are looked at first: where some cannot be pages, all of these are told, and nothing
 * is written. Throws AppError `bad_configuration`.
 */
export async function importFrom(
  place: Place,
  source: Source,
  request: ImportRequest,
  onProgress: OnProgress = () => {},
): Promise<ImportReport> {
  const began = performance.now();
  const { pages, refused } = checked(source);
  const { name, commit, passed, files } = source;
  const { namespace, trust, dryRun } = request;
  const head = {
    namespace,
    source: name,
    commit,
    trust,
    dry_run: dryRun,
    files: files.length + source.problems.length,
  };
  let untrusted: readonly string[] = [];
  const report = (done: boolean, counts: Imported): ImportReport => {
    const milliseconds = Math.round(performance.now() - began);
    return { ...head, done, refused, passed, untrusted, milliseconds, ...counts };
  };
  if (refused.length > 0 && !request.skip) return report(false, nothing);
  if (request.prune && pages.length === 0) throw nothingThere();
  const wanted = treeOf(pages, source.listing);
  const forgotten = await forgottenIn(place, pages);
  const planned = intoOf(place.store, source, { ...request, dryRun: true });
  untrusted = untrustedIn(place, planned, pages, source.listing);
  const about = {
    ...head,
    untrusted: untrusted.length,
    digest: digestOf(pages.map(({ path, text }) => [path, sha256(text)])),
  };
  if (!dryRun) await tell(place, 'import.begun', about);
  // Nothing is made before it is on record.
  const into = dryRun ? planned : intoOf(place.store, source, request);
  const { prune } = request;
  const onDone = (done: number): void => onProgress(done, wanted.length);
  const imported = await importPages(place.store, {
    into,
    pages: wanted,
    prune,
    dryRun,
    refused: refused.map(({ path }) => path),
    untrusted: new Set(untrusted),
    forgotten,
    onProgress: onDone,
  });
  const { gone, left, ...counts } = imported;
  if (!dryRun) await tell(place, 'import.done', { ...about, ...counts, gone: gone.length, left: left.length });
  return report(true, imported);
}

function checked({ files, problems, listing }: Source): { readonly pages: Page[]; readonly refused: Problem[] } {
  const titles = new Map(listing?.map(({ path, title }) => [path, title]));
  const pages: Page[] = [];
  const refused = [...problems];
  for (const file of files) {
    const found = checkFile(file, titles.get(file.path));
    if ('message' in found) refused.push(found);
    else pages.push(found);
  }
  return { pages, refused };
}

/** So many digests are looked up at once. */
const most = 500;

async function forgottenIn({ ledger }: Place, pages: readonly Page[]): Promise<ReadonlySet<string>> {
  const named = pages.flatMap(({ path, text }) => {
    const digest = digestOfText(text);
    return digest === null ? [] : [{ path, digest }];
  });
  const gone = new Set<string>();
  for (let from = 0; from < named.length; from += most) {
    const digests = named.slice(from, from + most).map(({ digest }) => digest);
    for (const one of await forgottenAmong(ledger.db, serverName, { things: [], digests })) gone.add(one);
  }
  return new Set(named.flatMap(({ path, digest }) => (gone.has(digest) ? [path] : [])));
}

/** Whose words are worth less than the operator says of all of them. */
function untrustedIn(
  { store }: Place,
  into: Into,
  pages: readonly Page[],
  listing: Source['listing'],
): readonly string[] {
  if (into.trust === 'untrusted') return [];
  const said = new Set(listing?.flatMap(({ path, trust }) => (trust === 'untrusted' ? [path] : [])));
  return store.read(() =>
    pages.filter((page) => said.has(page.path) || isUntrustedHere(store, into, page)).map(({ path }) => path),
  );
}

/** The number of none: what only would be made has no pages yet. */
const noNamespace = { id: 0 };

function intoOf(store: Store, { name, commit }: Source, request: ImportRequest): Into {
  const { under, trust, dryRun, make } = request;
  const isStillToMake = dryRun && make !== null && namespaceByKey(store, request.namespace) === null;
  const { id: namespace } = isStillToMake
    ? noNamespace
    : openNamespace(store, { ...request, make: dryRun ? null : make });
  const page = under === null ? null : pageByRef(store, under);
  const isThere = page !== null && page.namespace === namespace && page.trashed === 0 && page.published !== null;
  if (under !== null && !isThere) {
    throw new AppError('bad_configuration', `The namespace has no page ${JSON.stringify(under)} that everybody sees.`);
  }
  return { namespace, under: page, name, commit, trust };
}

/** A folder that is not mounted, or misspelt, looks like one whose files were all taken away. */
function nothingThere(): AppError {
  return new AppError(
    'bad_configuration',
    'There is no page in it at all, and --prune would put all that came from it away.',
    {
      next: 'Is it the right folder? If all of it is to go, leave one page in it, or put the pages away one by one.',
    },
  );
}

async function tell({ ledger, now }: Place, type: string, body: JsonObject): Promise<void> {
  const at = new Date(now()).toISOString();
  await record(ledger, (tx) => appendEvent(tx, { at, type, changeId: null, actor: operator, body }));
}
