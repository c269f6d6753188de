import { sql } from 'kysely';
import { AppError } from '#shared/errors.ts';
import { groupCommit } from '../group-commit.ts';
import type { Ledger } from '../ledger.ts';
import type { LedgerDb, LedgerTx } from '../schema.ts';
import { mayRunAgain } from './errors.ts';
import { channel } from './notifications.ts';

/** How often one transaction is run before its serialisation failure or deadlock is the caller's. */
const attempts = 4;

type Options = {
  readonly db: LedgerDb;
  /** What our notifications carry. */
  readonly own: string;
  /** Called after each commit. */
  readonly committed: () => void;
};

/**
 * Transactions that are run again where PostgreSQL says that they may be, that tell others when they commit, and that
 * share a commit with those that wait at the same time.
 */
export function writer(options: Options): Ledger['write'] {
  return groupCommit({ transaction: transaction(options), known: (error) => error, mayRunAgain });
}

function transaction({ db, own, committed }: Options): Ledger['write'] {
  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await writeOnce(db, own, work);
        committed();
        return result;
      } catch (error) {
        if (attempt === attempts || !mayRunAgain(error)) throw error;
      }
    }
  };
}

async function writeOnce<T>(db: LedgerDb, own: string, work: (tx: LedgerTx) => Promise<T>): Promise<T> {
  let ready: { readonly value: T; readonly id: string } | undefined;
  try {
    return await db.transaction().execute(async (tx) => {
      const value = await work(tx);
      ready = { value, id: await announce(tx, own) };
      return value;
    });
  } catch (error) {
    if (ready === undefined || !isUnavailable(error)) throw error;
    if (await wasCommitted(db, ready.id)) return ready.value;
    throw error;
  }
}

/** Tells listeners, once this is committed, that there is something new. Answers the transaction's number. */
async function announce(tx: LedgerTx, own: string): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select pg_notify(${channel}, ${own}), pg_current_xact_id()::text as id`.execute(tx);
  return rows[0]?.id ?? '';
}

const isUnavailable = (error: unknown): boolean => error instanceof AppError && error.code === 'ledger_unavailable';

/**
 * Whether a transaction took effect whose commit got no answer. To ask takes the write lock, which that transaction
 * held, so it has ended by then.
 */
async function wasCommitted(db: LedgerDb, id: string): Promise<boolean> {
  const status = (tx: LedgerTx) => sql<{ status: string }>`select pg_xact_status(${id}::xid8) as status`.execute(tx);
  const { rows } = await db
    .transaction()
    .execute(status)
    .catch((cause: unknown) => {
      throw new AppError('ledger_unavailable', 'The ledger was lost while this was kept; it may or may not be there.', {
        next: 'Look again later before asking for it once more.',
        cause,
      });
    });
  return rows[0]?.status === 'committed';
}
