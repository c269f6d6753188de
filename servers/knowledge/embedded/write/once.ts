import Database from 'better-sqlite3';
import * as z from 'zod';
import type { KnowledgeWrite, Written } from '#capabilities/knowledge-write/ports.ts';
import { digest } from '#shared/crypto/canonical.ts';
import { type Landed, type Mark, NotDone, type Origin } from '#shared/tools/index.ts';
import { momentOf, type Store } from '../store/store.ts';
import { perform } from './perform.ts';
import { refused } from './writing.ts';

const written = z.strictObject({
  id: z.string(),
  url: z.string().nullable(),
  revision: z.string().nullable(),
  differs: z.array(z.string()),
});

/**
 * Writes once, however often it is asked: what was done is kept under the change's mark and the write's digest in the
 * very transaction that does it, and a second call gets the first answer. Throws `NotDone` where nothing was done.
 */
export function writeOnce(store: Store, wanted: KnowledgeWrite, mark: Mark, origin: Origin): Written {
  const state = { committing: false };
  try {
    return store.write(() => {
      const done = resultOf(store, wanted, mark);
      if (done !== null) return done;
      const at = momentOf(store);
      const result = perform({ store, changeId: mark.changeId, origin, at }, wanted);
      store.run('insert into done values (?, ?, ?, ?, ?)', ...keyOf(wanted, mark), JSON.stringify(result), at);
      state.committing = true;
      return result;
    });
  } catch (error) {
    // Until the commit was begun, all of it was rolled back.
    if (error instanceof NotDone || state.committing || !(error instanceof Database.SqliteError)) throw error;
    if (error.code.startsWith('SQLITE_CONSTRAINT')) {
      throw new NotDone('refused', 'The knowledge base does not take this.', { cause: error });
    }
    throw new NotDone('unavailable', 'The knowledge base cannot be written to now.', { cause: error });
  }
}

/** What a write answered, if it was done. */
export function landed(store: Store, wanted: KnowledgeWrite, mark: Mark): Landed {
  const done = resultOf(store, wanted, mark);
  return done === null ? 'not_found' : { landed: { ...done, differs: [...done.differs] } };
}

function resultOf(store: Store, wanted: KnowledgeWrite, mark: Mark): Written | null {
  const found = 'select result from done where change_id = ? and token = ? and write = ?';
  const row = store.one<{ result: string }>(found, ...keyOf(wanted, mark));
  return row === undefined ? null : written.parse(JSON.parse(row.result));
}

/** Half a character has no bytes that it could be kept as. Throws `NotDone` refused. */
function wellFormed(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && !value.isWellFormed()) throw refused('The text is not well-formed Unicode.');
  return value;
}

function keyOf(wanted: KnowledgeWrite, { changeId, token }: Mark): [changeId: string, token: string, write: string] {
  return [changeId, token, digest(JSON.parse(JSON.stringify(wanted), wellFormed))];
}
