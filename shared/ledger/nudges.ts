import type { LedgerDb, Timestamp } from './schema.ts';

/** That it was told once more that a change waits, and to whom. */
export type Nudge = {
  readonly kind: 'reminder' | 'escalated';
  readonly at: Timestamp;
  readonly told: readonly string[];
};

/** The types of the events that tell of it. */
export const nudgeEvents = { reminder: 'change.reminder', escalated: 'change.escalated' } as const;

/** Of each of the changes what was told again, oldest first; nothing for those of which nothing was. */
export async function nudgesOf(
  db: LedgerDb,
  changeIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Nudge[]>> {
  const found = new Map<string, Nudge[]>();
  if (changeIds.length === 0) return found;
  const rows = await db
    .selectFrom('events')
    .select(['change_id', 'type', 'at', 'body'])
    .where('change_id', 'in', [...changeIds])
    .where('type', 'in', Object.values(nudgeEvents))
    .orderBy('seq')
    .execute();
  for (const { change_id, type, at, body } of rows) {
    const { told } = JSON.parse(body) as Pick<Nudge, 'told'>;
    const all = found.get(change_id ?? '') ?? [];
    all.push({ kind: nudgeKind(type), at, told });
    found.set(change_id ?? '', all);
  }
  return found;
}

/** What an event of this type tells again. */
export function nudgeKind(type: string): Nudge['kind'] {
  return type === nudgeEvents.escalated ? 'escalated' : 'reminder';
}
