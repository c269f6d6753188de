import { Hono } from 'hono';
import * as z from 'zod';
import { parseArguments } from '#shared/changes/arguments.ts';
import { AppError } from '#shared/errors.ts';
import type { Owner } from '#shared/ledger/changes.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { type Moved, movedAfter, newestMoves, seqOfMove } from '#shared/ledger/moved.ts';
import { shownStatus } from '../status.ts';
import { nextStep } from './next-steps.ts';
import { untilCommit } from './until.ts';
import { rejectionView } from './view.ts';

const query = z.strictObject({
  after: z.string().max(100).optional(),
  /** Seconds; clients and proxies commonly give up after a minute. */
  wait: z.coerce.number().int().min(0).max(45).default(0),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** How many requests of one agent are held at once. */
const mostHeld = 10;

/** The cursor before everything, for an agent whose changes have not moved yet. */
const start = 'cur_start';
const cursorPattern = /^cur_([0-9a-f]{64})$/;

/**
 * `GET /events?after=`: what became of an agent's own changes, for the program that runs it. Without `after` the newest;
 * with `wait` it holds until there is something, at most so many seconds.
 */
export function eventsApp(options: {
  readonly ledger: Ledger;
  readonly owner: Owner;
  /** Throws AppError `limit_reached`. */
  readonly assertRate: () => void;
}): Hono {
  const { ledger, owner, assertRate } = options;
  const after = afterOf(ledger, owner);
  let held = 0;
  const app = new Hono();
  app.get('/events', async (context) => {
    assertRate();
    const { after: cursor, wait, limit } = parseArguments(query, context.req.query());
    if (cursor === undefined) return context.json(answer(await newestMoves(ledger.db, owner, limit), start));
    let seq = await seqOf(ledger, owner, cursor);
    let moved: readonly Moved[] = [];
    const done = async (): Promise<boolean> => {
      ({ moved, seq } = await after(seq, limit));
      return moved.length > 0;
    };
    if (wait === 0) await done();
    else {
      if (held >= mostHeld) throw tooMany();
      held += 1;
      try {
        await untilCommit({ ledger, ms: wait * 1000, done, signal: context.req.raw.signal });
      } finally {
        held -= 1;
      }
    }
    return context.json(answer(moved, cursor));
  });
  return app;
}

/** What comes after an event; remembers up to where there was nothing, so that no poll looks at that again. */
function afterOf(ledger: Ledger, owner: Owner) {
  let empty = { from: 0, to: 0 };
  return async (seq: number, limit: number): Promise<{ moved: readonly Moved[]; seq: number }> => {
    const after = seq >= empty.from && seq <= empty.to ? empty.to : seq;
    const { moved, seen } = await movedAfter(ledger.db, { after, of: owner, limit });
    if (moved.length > 0) return { moved, seq };
    empty = { from: Math.min(seq, after), to: seen };
    return { moved, seq: seen };
  };
}

async function seqOf(ledger: Ledger, owner: Owner, cursor: string): Promise<number> {
  if (cursor === start) return 0;
  const [, hash] = cursorPattern.exec(cursor) ?? [];
  const seq = hash === undefined ? undefined : await seqOfMove(ledger.db, owner, hash);
  if (seq !== undefined) return seq;
  throw new AppError('invalid_arguments', 'after: is not a cursor that this listener gave.', {
    next: 'Leave it out to begin with the newest events.',
  });
}

/** Never an event's number, which counts what others do. */
function answer(moved: readonly Moved[], before: string) {
  const last = moved.at(-1);
  return {
    events: moved.map(({ id, at, changeId, to, note, category }) => ({
      id,
      at,
      change_id: changeId,
      status: shownStatus(to),
      ...(note === null ? {} : { reason: note }),
      ...rejectionView(to, { category, text: note }),
      next: nextStep({ id: changeId, status: to, category }),
    })),
    cursor: last === undefined ? before : `cur_${last.hash}`,
  };
}

function tooMany(): AppError {
  return new AppError('limit_reached', `${mostHeld} requests are held already.`, {
    next: 'One at a time is enough: it tells of all changes of this agent.',
  });
}
