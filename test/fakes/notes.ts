import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { type BackendReview, NotDone } from '#shared/tools/index.ts';

/** A note as a reader sees it. Version 0 is a note that was never written; a deleted one keeps counting. */
export type Note = {
  readonly id: string;
  readonly version: number;
  readonly text: string | null;
  /** Present where nobody else finds it yet. */
  readonly waits?: true;
};

/** What was written to a note, in order; `mark` is null for what others wrote. */
export type Written = { readonly version: number; readonly text: string | null; readonly mark: string | null };

export type NoteReader = {
  /** By id or by alias. */
  readonly find: (name: string) => Promise<Note>;
  /** Null when the backend does not tell. */
  readonly history: (id: string) => Promise<readonly Written[] | null>;
  /** As CODEOWNERS would name them. */
  readonly owners: (id: string) => Promise<readonly string[]>;
  /** What reviewers last said. */
  readonly reviews: (id: string) => Promise<readonly BackendReview[]>;
};

export type NoteWriter = {
  /** Writes if the note is still at the expected version; otherwise `NotDone` stale. Null deletes. */
  readonly put: (note: {
    readonly id: string;
    readonly text: string | null;
    readonly expectedVersion: number;
    readonly mark: string;
    /** Nobody else finds it until it is accepted. */
    readonly waits: boolean;
  }) => Promise<{ readonly id: string; readonly version: number }>;
  /** Lets others find a note that is still at the expected version, or hides it from them. */
  readonly hide: (note: {
    readonly id: string;
    readonly waits: boolean;
    readonly expectedVersion: number;
  }) => Promise<{ readonly id: string; readonly waits: boolean }>;
};

/** How notes name what is written to. */
export type NotesTarget = { readonly notebook: string };

/**
 * How a call goes wrong. `lose_answer`: done, but the caller gets an error. `fail_before`: not done, and the error does
 * not say so. `unavailable`, `refuse`: `NotDone`. A promise: the call waits for it, then goes on. A function: called
 * before the call is carried out, and may throw.
 */
export type Fault = 'lose_answer' | 'fail_before' | 'unavailable' | 'refuse' | Promise<unknown> | (() => unknown);

type Operation = 'find' | 'history' | 'owners' | 'reviews' | 'put' | 'hide' | 'open';

export type NoteStore = {
  readonly reader: NoteReader;
  readonly door: WriterDoor<NoteWriter, NotesTarget>;
  /** Every call that reached the backend: `find a`, `put a 1`, `open write a`. */
  readonly log: string[];
  /** How often each note was written, whoever wrote. */
  readonly writes: (id: string) => number;
  readonly get: (id: string) => Note;
  /** What somebody else does, outside the suite. */
  readonly write: (id: string, text: string | null) => void;
  readonly alias: (name: string, id: string) => void;
  /** The next call of this operation goes wrong like this; several are taken in order. */
  readonly fail: (operation: Operation, ...faults: readonly Fault[]) => void;
  /** Runs before and after every call has its effect; the way to stop a caller at any point. */
  intercept: (call: string, moment: 'before' | 'after') => Promise<void> | void;
  /** When false, nobody can find out who wrote what. */
  tellsHistory: boolean;
  /** Who owns which note. */
  readonly owned: Map<string, readonly string[]>;
  /** The notes that nobody else finds yet. */
  readonly waiting: Set<string>;
  /** What reviewers last said of which note. */
  readonly reviewed: Map<string, readonly BackendReview[]>;
};

/** An empty notebook in memory. Every write is a compare-and-set on the note's version. */
export function noteStore(notebook = 'nb-1'): NoteStore {
  const kept = new Map<string, Written[]>();
  const aliases = new Map<string, string>();
  const faults = new Map<Operation, Fault[]>();

  const get = (name: string): Note => {
    const id = aliases.get(name) ?? name;
    const last = kept.get(id)?.at(-1);
    const waits = store.waiting.has(id) ? { waits: true as const } : {};
    return { id, version: last?.version ?? 0, text: last?.text ?? null, ...waits };
  };
  const write = (id: string, text: string | null, mark: string | null): Note => {
    kept.set(id, [...(kept.get(id) ?? []), { version: get(id).version + 1, text, mark }]);
    return get(id);
  };
  const hide = (id: string, waits: boolean): void => {
    if (waits) store.waiting.add(id);
    else store.waiting.delete(id);
  };
  const call = async <T>(operation: Operation, what: string, effect: () => T): Promise<T> => {
    store.log.push(`${operation} ${what}`);
    const fault = faults.get(operation)?.shift();
    if (typeof fault === 'function') fault();
    if (fault instanceof Promise) await fault;
    if (fault === 'fail_before') throw new Error('socket hang up');
    if (fault === 'unavailable') throw new NotDone('unavailable', 'The notes cannot be reached.');
    if (fault === 'refuse') throw new NotDone('refused', 'The notes do not take this.');
    await store.intercept(`${operation} ${what}`, 'before');
    const answer = effect();
    await store.intercept(`${operation} ${what}`, 'after');
    if (fault === 'lose_answer') throw new Error('socket hang up');
    return answer;
  };

  const store: NoteStore = {
    log: [],
    reader: {
      find: (name) => call('find', name, () => get(name)),
      history: (id) => call('history', id, () => (store.tellsHistory ? (kept.get(id) ?? []) : null)),
      owners: (id) => call('owners', id, () => store.owned.get(id) ?? []),
      reviews: (id) => call('reviews', id, () => store.reviewed.get(id) ?? []),
    },
    door: {
      open: async (permit) => {
        const { target, step } = redeemPermit(permit);
        return call('open', step, () => {
          if (target.notebook !== notebook) throw new NotDone('refused', 'There is no such notebook.');
          return {
            put: ({ id, text, expectedVersion, mark, waits }) =>
              call('put', `${id} ${expectedVersion}`, () => {
                if (get(id).version !== expectedVersion) throw new NotDone('stale', `Note ${id} was changed.`);
                hide(id, waits);
                return { id, version: write(id, text, mark).version };
              }),
            hide: ({ id, waits, expectedVersion }) =>
              call('hide', `${id} ${waits}`, () => {
                if (get(id).version !== expectedVersion) throw new NotDone('stale', `Note ${id} was changed.`);
                hide(id, waits);
                return { id, waits };
              }),
          };
        });
      },
      done: async () => {},
    },
    writes: (id) => kept.get(id)?.length ?? 0,
    get,
    write: (id, text) => {
      write(id, text, null);
    },
    alias: (name, id) => {
      aliases.set(name, id);
    },
    fail: (operation, ...more) => {
      faults.set(operation, [...(faults.get(operation) ?? []), ...more]);
    },
    intercept: () => {},
    tellsHistory: true,
    owned: new Map(),
    waiting: new Set(),
    reviewed: new Map(),
  };
  return store;
}
