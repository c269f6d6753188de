/** What a value of a statement can be. */
export type SqlValue = string | number | null | Uint8Array;

/** Statements are fixed texts; all that comes from outside is a value. */
export type Sql = {
  readonly one: <Row>(text: string, ...values: SqlValue[]) => Row | undefined;
  readonly all: <Row>(text: string, ...values: SqlValue[]) => Row[];
  /** Answers the id of the row that was added, if one was, and how many rows changed. */
  readonly run: (text: string, ...values: SqlValue[]) => { readonly id: number; readonly changes: number };
};

/** One transaction, in whole or not at all; within another, a part of that. */
export type Transaction = <T>(work: () => T) => T;

type Statement = {
  readonly get: (...values: SqlValue[]) => unknown;
  readonly all: (...values: SqlValue[]) => unknown[];
  readonly run: (...values: SqlValue[]) => { readonly lastInsertRowid: number | bigint; readonly changes: number };
};

/** So many statements are kept prepared; what does not fit is prepared each time. */
const mostKept = 500;

/** The statements of a database, each prepared once. */
export function statementsOf(prepare: (text: string) => Statement): Sql {
  const known = new Map<string, Statement>();
  const prepared = (text: string): Statement => {
    const statement = known.get(text) ?? prepare(text);
    if (known.size < mostKept) known.set(text, statement);
    return statement;
  };
  return {
    one: <Row>(text: string, ...values: SqlValue[]) => prepared(text).get(...values) as Row | undefined,
    all: <Row>(text: string, ...values: SqlValue[]) => prepared(text).all(...values) as Row[],
    run: (text, ...values) => {
      const { lastInsertRowid, changes } = prepared(text).run(...values);
      return { id: Number(lastInsertRowid), changes };
    },
  };
}

/** Transactions of a database that begin so; `begin immediate` takes the lock of writers at once. */
export function transactionOf(
  database: { readonly inTransaction: boolean; readonly exec: (text: string) => unknown },
  begin: 'begin' | 'begin immediate',
): Transaction {
  return (work) => {
    if (database.inTransaction) return work();
    database.exec(begin);
    try {
      const result = work();
      database.exec('commit');
      return result;
    } finally {
      // A full disk ends the transaction by itself.
      if (database.inTransaction) database.exec('rollback');
    }
  };
}
