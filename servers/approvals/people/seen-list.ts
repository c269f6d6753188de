import type { LedgerDb } from '#shared/ledger/schema.ts';
import { listView } from '../view/list.ts';
import type { Share } from './share.ts';
import { type Sight, seenOf } from './sight.ts';

type Asked = Parameters<typeof listView>[1];
type View = Awaited<ReturnType<typeof listView>>;
type Page = Pick<View, 'changes' | 'next_before'>;

/** Pages that are looked through for what somebody may see, before they get what there is and may ask on. */
const mostPages = 10;

/** A page of the changes that somebody may see. It may be short, or empty, and still have a next one. */
export async function seenList(db: LedgerDb, sight: Sight, asked: Asked, share: Share<View>): Promise<Page> {
  const view = (wanted: Asked): Promise<View> => share(JSON.stringify(wanted), () => listView(db, wanted));
  const changes: Page['changes'] = [];
  let before = asked.before ?? null;
  for (let looked = 0; looked < mostPages && changes.length < asked.limit; looked += 1) {
    const page = await view({ ...asked, before: before ?? undefined, limit: asked.limit - changes.length });
    changes.push(...(await seenOn(db, sight, page)));
    before = page.next_before;
    if (before === null) break;
  }
  return { changes, next_before: before };
}

async function seenOn(db: LedgerDb, sight: Sight, { changes, rows, sealed }: View): Promise<Page['changes']> {
  if (sight.everything) return changes;
  const here = new Set(rows.filter((row) => sight.of(row, sealed(row.id))).map(({ id }) => id));
  const seen = changes.filter((one) => here.has(one.change_id));
  const on = new Set(rows.map(({ id }) => id));
  const elsewhere = seen.flatMap(({ conflicts }) => conflicts).filter((id) => !on.has(id));
  const there = await seenOf(db, sight, elsewhere);
  return seen.map((one) => ({ ...one, conflicts: one.conflicts.filter((id) => here.has(id) || there.has(id)) }));
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
