import { foldCase } from '#shared/tools/fold.ts';
import { textsOfTicket } from '../tracker/text-index.ts';

/** A fixed text of SQL, and the values for it. */
export type Clause = { readonly sql: string; readonly values: readonly (string | number)[] };

/** What holds for a ticket that is found. */
export type Condition = {
  /** On one row of `ticket`. */
  readonly test: Clause;
  /** The same as a list of the ids of all such tickets, where an index has it: few of them are quicker gone through. */
  readonly ids?: Clause;
  /** The same as `test`, slow to begin and quick for each row. */
  readonly forMany?: Clause;
};

/** That a column has one of these numbers. */
export function inSome(column: 'type' | 'status' | 'priority', numbers: readonly number[]): Condition {
  return { test: { sql: `${column} in (select value from json_each(?))`, values: [JSON.stringify(numbers)] } };
}

/** That some text of the ticket has a phrase. */
export function matching(phrase: string): Condition {
  const ids = { sql: `select rowid / ${textsOfTicket} as found from words where words match ?`, values: [phrase] };
  const own = `rowid >= ticket.id * ${textsOfTicket} and rowid < (ticket.id + 1) * ${textsOfTicket}`;
  return {
    test: { sql: `exists (select 1 from words where words match ? and ${own})`, values: [phrase] },
    ids,
    forMany: { sql: `id in (${ids.sql})`, values: ids.values },
  };
}

export function labelled(label: string): Condition {
  const values = [foldCase(label)];
  return {
    test: { sql: 'exists (select 1 from ticket_label where ticket = ticket.id and folded = ?)', values },
    ids: { sql: 'select ticket as found from ticket_label where folded = ?', values },
  };
}

export function unlabelled(label: string): Condition {
  const sql = 'not exists (select 1 from ticket_label where ticket = ticket.id and folded = ?)';
  return { test: { sql, values: [foldCase(label)] } };
}

/** Assigned to one of these people at least. */
export function assigned(people: readonly number[]): Condition {
  const values = [JSON.stringify(people)];
  const among = 'person in (select value from json_each(?))';
  return {
    test: { sql: `exists (select 1 from ticket_assignee where ticket = ticket.id and ${among})`, values },
    ids: { sql: `select ticket as found from ticket_assignee where ${among}`, values },
  };
}

export const unassigned: Condition = {
  test: { sql: 'not exists (select 1 from ticket_assignee where ticket = ticket.id)', values: [] },
};

/** Made by one of these people. */
export function reported(people: readonly number[]): Condition {
  const values = [JSON.stringify(people)];
  const among = 'reporter in (select value from json_each(?))';
  // The plus keeps SQLite from going through all tickets of theirs where the order by time is the shorter way.
  return { test: { sql: `+${among}`, values }, ids: { sql: `select id as found from ticket where ${among}`, values } };
}

export const unreported: Condition = { test: { sql: '+reporter is null', values: [] } };

const dayMs = 86_400_000;

/** From the first to the last of these days. */
export function between(
  column: 'updated_at' | 'created_at',
  days: { from: string | null; to: string | null },
): Condition[] {
  const { from, to } = days;
  return [
    ...(from === null ? [] : [{ test: { sql: `${column} >= ?`, values: [Date.parse(from)] } }]),
    ...(to === null ? [] : [{ test: { sql: `${column} < ?`, values: [Date.parse(to) + dayMs] } }]),
  ];
}
