import type { Status } from '#shared/changes/transitions.ts';
import type { LedgerDb } from './schema.ts';

const open: readonly Status[] = ['pending', 'approved', 'dispatched', 'unknown'];

/**
 * The open changes that write to the same thing as another open one, each with those others; not two of which one is
 * meant to come after the other. Begins with what is open, so that a long past of the same things costs nothing.
 */
export async function overlaps(db: LedgerDb): Promise<ReadonlyMap<string, readonly string[]>> {
  const touched = await db
    .selectFrom('changes')
    .innerJoin('touches', 'touches.change_id', 'changes.id')
    .leftJoin('afters', 'afters.change_id', 'changes.id')
    .select(['changes.id', 'touches.resource', 'afters.after_id as after'])
    .where('changes.status', 'in', open)
    .orderBy('changes.id')
    .execute();
  const found = new Map<string, Set<string>>();
  for (const sharing of Map.groupBy(touched, ({ resource }) => resource).values()) {
    for (const one of sharing) {
      const others = sharing.filter(({ id, after }) => id !== one.id && id !== one.after && after !== one.id);
      if (others.length === 0) continue;
      const known = found.get(one.id) ?? new Set();
      found.set(one.id, new Set([...known, ...others.map(({ id }) => id)]));
    }
  }
  return new Map([...found].map(([id, others]) => [id, [...others]]));
}
