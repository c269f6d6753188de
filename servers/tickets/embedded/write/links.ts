import type { LinkType, TicketRef } from '#capabilities/ticket/types.ts';
import type { NewLink, OldLink, Written } from '#capabilities/ticket-write/ports.ts';
import { record } from '../tracker/history.ts';
import { numberOf } from '../tracker/ids.ts';
import { type Open, openTicket, refused, stale, type Writing } from './open-ticket.ts';

/** Links two tickets that are not linked so yet. */
export function linkTickets(writing: Writing, wanted: NewLink): Written {
  const { tracker } = writing;
  const { type, outward, inward } = endsOf(writing, wanted);
  if (outward.row.id === inward.row.id) throw refused('A ticket cannot be linked with itself.');
  if (linkBetween(writing, type, outward, inward) !== null) throw stale('The tickets are linked so already.');
  const sql = 'insert into link (type, outward, inward) values (?, ?, ?)';
  const { id } = tracker.run(sql, numberOf(type.id), outward.row.id, inward.row.id);
  tell(writing, { type, outward, inward }, 'made');
  return { id: String(id), key: null, url: null, differs: [] };
}

/** Takes away a link that is there as expected. */
export function unlinkTickets(writing: Writing, wanted: OldLink): Written {
  const { type, outward, inward } = endsOf(writing, wanted);
  const found = linkBetween(writing, type, outward, inward);
  if (found === null || String(found) !== wanted.id) throw stale('The link is not there any more.');
  writing.tracker.run('delete from link where id = ?', found);
  tell(writing, { type, outward, inward }, 'gone');
  return { id: String(found), key: null, url: null, differs: [] };
}

type Ends = { readonly type: LinkType; readonly outward: Open; readonly inward: Open };

function endsOf(writing: Writing, wanted: { type: LinkType; outward: TicketRef; inward: TicketRef }): Ends {
  type Row = { outward: string; inward: string };
  const row = writing.tracker.one<Row>('select outward, inward from link_type where id = ?', numberOf(wanted.type.id));
  if (row === undefined) throw refused('There is no such kind of link.');
  const type = { ...row, id: wanted.type.id };
  return { type, outward: openTicket(writing, wanted.outward), inward: openTicket(writing, wanted.inward) };
}

/** Where a kind has no direction, either way is the same. */
function linkBetween({ tracker }: Writing, type: LinkType, outward: Open, inward: Open): number | null {
  const find = (from: number, to: number): number | undefined =>
    tracker.one<{ id: number }>(
      'select id from link where type = ? and outward = ? and inward = ?',
      ...[numberOf(type.id), from, to],
    )?.id;
  const there = find(outward.row.id, inward.row.id);
  if (there !== undefined || type.outward !== type.inward) return there ?? null;
  return find(inward.row.id, outward.row.id) ?? null;
}

/** Both histories tell of it. */
function tell({ tracker, actor, at }: Writing, { type, outward, inward }: Ends, what: 'made' | 'gone'): void {
  const ends = [
    { ticket: outward.row.id, says: `${type.outward} ${inward.row.key}` },
    { ticket: inward.row.id, says: `${type.inward} ${outward.row.key}` },
  ];
  for (const { ticket, says } of ends) {
    const change = { field: 'link', before: what === 'made' ? null : says, after: what === 'made' ? says : null };
    record(tracker, { ticket, at, actor, changes: [change] });
  }
}
