import type { PageRef } from '#capabilities/knowledge/types.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { thingOf } from '#capabilities/knowledge-write/tool.ts';
import { filesWritten } from '#capabilities/repo/things.ts';
import { type EntryTrace, traceEntry } from '#shared/changes/trace-entry.ts';
import { AppError } from '#shared/errors.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { namesOfThing } from '#shared/ledger/reads.ts';
import { changesThatLeft } from '#shared/ledger/things.ts';
import { insertTombstone } from '#shared/ledger/tombstones.ts';
import { forgetPage, rememberedOf, shredForgotten } from '../embedded/forget.ts';
import type { Store } from '../embedded/store/store.ts';
import { digestOfText } from '../forgotten.ts';
import { serverName } from '../governed.ts';
import { operator, record } from './place.ts';

/** Where an entry is: its backend, which is the embedded one where there is a file. */
export type Backend = {
  readonly ledger: Ledger;
  readonly store: Store | null;
  readonly reader: KnowledgeReader;
  readonly origin: string;
  readonly now: () => number;
  /** Where the numbers are that vectors are kept as; null where there are none. */
  readonly vectors: string | null;
};

export type ForgetRequest = {
  /** The id of a page. */
  readonly page: string;
  readonly reason: string;
  /** Only looks. */
  readonly dryRun: boolean;
};

/** What was forgotten, or would be, and what it may have touched. */
export type ForgetReport = {
  readonly thing: string;
  readonly title: string;
  readonly namespace: string;
  readonly dry_run: boolean;
  readonly texts: number;
  readonly revisions: number;
  readonly comments: number;
  /** Pages that were right under it, and are where it was. */
  readonly under: readonly string[];
  readonly also_said_by: readonly string[];
  /** Whether the texts are taken out here; else that has to be done on the backend, by hand. */
  readonly taken_out: boolean;
  /** Whether no byte of them is left in the files; only told where they were taken out. */
  readonly shredded: boolean;
  /** What of it stays where this does not reach. */
  readonly stays: {
    /** Titles in the ledger: of the tombstone, and those under which it was read. */
    readonly titles: readonly string[];
    /** Changes that wrote to it: their plans stay, and their contents until the retention is over. */
    readonly changes: readonly string[];
    /** The file that has its vectors until the server next looks, and their bytes for longer. */
    readonly vectors: string | null;
  };
  /** Who read it and what may have come of that; null where nobody did, as far as is on record. */
  readonly trace: EntryTrace | null;
};

type Found = Omit<ForgetReport, 'thing' | 'dry_run' | 'trace' | 'stays' | 'texts' | 'taken_out' | 'shredded'> & {
  readonly said: readonly string[];
};

/**
 * Puts a tombstone into the ledger, so that neither the page nor any of its texts is read or written again, and then takes
 * them out of the embedded file. Throws AppError `not_found`.
 */
export async function forgetEntry(backend: Backend, { page, reason, dryRun }: ForgetRequest): Promise<ForgetReport> {
  const { store } = backend;
  const found = store === null ? await onBackend(backend.reader, page) : inStore(store, page);
  if (found === null) {
    const next = 'Name it by its id, as search_pages and "countersign trace" show it.';
    throw new AppError('not_found', `There is no page ${JSON.stringify(page)}, or it was forgotten before.`, { next });
  }
  const thing = thingOf({ page });
  const trace = await traceOf(backend.ledger, thing);
  const stays = await staysOf(backend, thing, found.title);
  let shredded = false;
  if (!dryRun) {
    const entomb = (said: readonly string[]) => putTombstone(backend, { thing, name: found.title, reason, said });
    await entomb(found.said);
    if (store !== null) {
      const gone = forgetPage(store, page);
      // What somebody wrote after it was looked at.
      const late = gone?.texts.filter((text) => !found.said.includes(text)) ?? [];
      if (late.length > 0) await entomb(late);
      shredded = shredForgotten(store);
    }
  }
  const { said, ...rest } = found;
  const what = { texts: said.length, taken_out: store !== null, shredded };
  return { thing, dry_run: dryRun, ...rest, ...what, stays, trace };
}

async function staysOf(
  { ledger: { db }, vectors }: Backend,
  thing: string,
  title: string,
): Promise<ForgetReport['stays']> {
  const [names, left] = await Promise.all([
    namesOfThing(db, { server: serverName, thing }, most),
    changesThatLeft(db, serverName, [thing]),
  ]);
  const changes = [...new Set(left.map(({ changeId }) => changeId))];
  return { titles: [...new Set([title, ...names])], changes, vectors };
}

function inStore(store: Store, page: string): Found | null {
  const found = rememberedOf(store, page);
  if (found === null) return null;
  const { alsoSaidBy: also_said_by, texts: said, ...rest } = found;
  return { ...rest, said, also_said_by };
}

/** So many earlier states are asked for, and so many titles told. */
const most = 200;

/** What a backend without a file of ours says: the page as it is, and as far as it tells, as it was. */
async function onBackend(reader: KnowledgeReader, id: string): Promise<Found | null> {
  const page = await reader.page(id);
  if (page === null) return null;
  const said = new Set([page.body.text]);
  const revisions = reader.backend.past ? await revisionsOf(reader, page) : [];
  for (const revision of revisions) {
    const past = await reader.past(page, { revision });
    if (past !== null) said.add(past.body.text);
  }
  const { title, namespace } = page;
  const counts = { revisions: Math.max(revisions.length, 1), comments: 0 };
  return { title, namespace: namespace.key, ...counts, under: [], also_said_by: [], said: [...said] };
}

async function revisionsOf(reader: KnowledgeReader, page: PageRef): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let cursor: string | null | undefined; cursor !== null && ids.length < most; ) {
    const list = await reader.history(page, { limit: 50, ...(cursor !== undefined && { cursor }) });
    ids.push(...list.items.map(({ id }) => id));
    cursor = list.cursor;
  }
  return ids.slice(0, most);
}

async function putTombstone(
  { ledger, origin, now }: Backend,
  about: { readonly thing: string; readonly name: string; readonly reason: string; readonly said: readonly string[] },
): Promise<void> {
  const { said, ...what } = about;
  const digests = said.flatMap((text) => digestOfText(text) ?? []);
  const at = new Date(now()).toISOString();
  const stone = { server: serverName, backend: origin, ...what, digests, actor: operator, at };
  await record(ledger, (tx) => insertTombstone(tx, stone));
}

/** Since when reads can be on record at all. */
const ever = '1970-01-01T00:00:00.000Z';

async function traceOf({ db }: Ledger, thing: string): Promise<EntryTrace | null> {
  try {
    return await traceEntry(db, { entry: `${serverName}/${thing}`, since: ever }, ({ server, target, effects }) =>
      filesWritten(target, effects).map((file) => ({ server, thing: file })),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null;
    throw error;
  }
}
