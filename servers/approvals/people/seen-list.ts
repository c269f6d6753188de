import type { LedgerDb } from '#shared/ledger/schema.ts';
import { listView } from '../view/list.ts';
import { type Sight, seenOf } from './sight.ts';

type Asked = Parameters<typeof listView>[1];
type Page = Awaited<ReturnType<typeof listView>>;

/** Pages that are looked through for what somebody may see, before they get what there is and may ask on. */
const mostPages = 10;

/** A page of the changes that somebody may see. It may be short, or empty, and still have a next one. */
export async function seenList(db: LedgerDb, sight: Sight, asked: Asked): Promise<Page> {
  if (sight.everything) return listView(db, asked);
  const changes: Page['changes'] = [];
  let before = asked.before ?? null;
  for (let looked = 0; looked < mostPages && changes.length < asked.limit; looked += 1) {
    const page = await listView(db, { ...asked, before: before ?? undefined, limit: asked.limit - changes.length });
    const ids = page.changes.flatMap((one) => [one.change_id, ...one.conflicts]);
    const seen = await seenOf(db, sight, ids);
    for (const one of page.changes) {
      if (seen.has(one.change_id)) changes.push({ ...one, conflicts: one.conflicts.filter((id) => seen.has(id)) });
    }
    before = page.next_before;
    if (before === null) break;
  }
  return { changes, next_before: before };
}

type Chained = {
  readonly chain: Record<
    'earlier' | 'later',
    { change_id: string; status: string; summary: string; seal: string | null }[]
  >;
  readonly versions: { readonly earlier: readonly { readonly change_id: string; readonly rejected: unknown }[] };
};

/** Of the changes that come before and after, and of earlier versions, only says that those are there which others decide. */
export async function withSeenChain<T extends Chained>(db: LedgerDb, sight: Sight, view: T): Promise<T> {
  const { earlier, later } = view.chain;
  const { versions } = view;
  const seen = await seenOf(
    db,
    sight,
    [...earlier, ...later, ...versions.earlier].map((one) => one.change_id),
  );
  const hide = (one: Chained['chain']['earlier'][number]) =>
    seen.has(one.change_id) ? one : { ...one, summary: 'A change that others decide', seal: null };
  const silent = versions.earlier.map((one) => (seen.has(one.change_id) ? one : { ...one, rejected: null }));
  return {
    ...view,
    chain: { earlier: earlier.map(hide), later: later.map(hide) },
    versions: { ...versions, earlier: silent },
  };
}
