import Database from 'better-sqlite3';
import * as z from 'zod';
import type { TicketWrite, Written } from '#capabilities/ticket-write/ports.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { type Landed, type Mark, NotDone } from '#shared/tools/index.ts';
import type { Tracker } from '../tracker/tracker.ts';
import { perform } from './perform.ts';

const written = z.strictObject({
  id: z.string(),
  key: z.string().nullable(),
  url: z.string().nullable(),
  differs: z.array(z.string()),
});

/**
 * Writes once, however often it is asked: what was done is kept under the change's mark and the write's digest in the
 * very transaction that does it, and a second call gets the first answer. Throws `NotDone` where nothing was done.
 */
export function writeOnce(tracker: Tracker, self: number, wanted: TicketWrite, mark: Mark): Written {
  const state = { committing: false };
  try {
    return tracker.write(() => {
      const done = resultOf(tracker, wanted, mark);
      if (done !== null) return done;
      const at = tracker.now();
      const result = perform({ tracker, actor: { person: self, changeId: mark.changeId }, at }, wanted);
      tracker.run('insert into done values (?, ?, ?, ?, ?)', ...keyOf(wanted, mark), JSON.stringify(result), at);
      state.committing = true;
      return result;
    });
  } catch (error) {
    // Until the commit was begun, all of it was rolled back.
    if (error instanceof NotDone || state.committing || !(error instanceof Database.SqliteError)) throw error;
    if (error.code.startsWith('SQLITE_CONSTRAINT')) {
      throw new NotDone('refused', 'The tracker does not take this.', { cause: error });
    }
    throw new NotDone('unavailable', 'The tracker cannot be written to now.', { cause: error });
  }
}

/** What a write answered, if it was done. */
export function landed(tracker: Tracker, wanted: TicketWrite, mark: Mark): Landed {
  const done = resultOf(tracker, wanted, mark);
  return done === null ? 'not_found' : { landed: { ...done, differs: [...done.differs] } };
}

function resultOf(tracker: Tracker, wanted: TicketWrite, mark: Mark): Written | null {
  const found = 'select result from done where change_id = ? and token = ? and write = ?';
  const row = tracker.one<{ result: string }>(found, ...keyOf(wanted, mark));
  return row === undefined ? null : written.parse(JSON.parse(row.result));
}

function keyOf(wanted: TicketWrite, { changeId, token }: Mark): [changeId: string, token: string, write: string] {
  return [changeId, token, digest(JSON.parse(JSON.stringify(wanted)))];
}
