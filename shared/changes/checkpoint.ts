import * as z from 'zod';
import { sha256 } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import { chainStart, eventsIn } from '#shared/ledger/events.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Progress } from './audit.ts';
import { checkLink } from './audit-events.ts';
import { type StatementType, signStatement, verifyStatement } from './envelope.ts';
import type { SigningKey, VerificationKeys } from './keys.ts';

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();

/** What the record was at one moment: to be kept where nobody who can write the ledger can. */
const checkpoint = z.strictObject({
  format: z.literal('countersign/checkpoint@1'),
  taken_at: z.iso.datetime({ precision: 3 }),
  /** The end of the chain; of an empty one, number 0 and what the first event carries on. */
  events: z.strictObject({ seq: count, hash: hex64, count }),
  changes: count,
  decisions: count,
  /** SHA-256 of the checkpoint before it, as it stands in the file; null for the first. */
  previous: hex64.nullable(),
});
export type Checkpoint = z.infer<typeof checkpoint>;

const checkpointType: StatementType<Checkpoint> = {
  payloadType: 'application/vnd.countersign.checkpoint+json',
  schema: checkpoint,
};

/**
 * The checkpoints in a file, oldest first: one a line, each signed by one of the keys and naming the one before it.
 * Throws AppError `seal_mismatch` that names the line.
 */
export function readCheckpoints(text: string, keys: VerificationKeys): readonly Checkpoint[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.map((line, index) => {
    const wrong = (why: string): AppError => new AppError('seal_mismatch', `Checkpoint ${index + 1} ${why}.`);
    const previous = index === 0 ? null : sha256(lines[index - 1] ?? '');
    const read = verified(line, keys);
    if (read === null) throw wrong('is not signed by a checkpoint key that was given');
    if (read.previous !== previous) throw wrong('does not follow the one before it');
    return read;
  });
}

function verified(line: string, keys: VerificationKeys): Checkpoint | null {
  try {
    return verifyStatement(checkpointType, keys, line);
  } catch {
    return null;
  }
}

type Options = {
  readonly key: SigningKey;
  /** The file of checkpoints as it is, whose signatures were verified. */
  readonly text: string;
  readonly checkpoints: readonly Checkpoint[];
  readonly now: Date;
  readonly progress: Progress;
};

/**
 * Signs what the record is now, after following it from the last checkpoint on. Answers the line to add to the file.
 * Throws AppError `conflict` when the record does not go on from there: nothing is signed over a record that was cut.
 */
export async function takeCheckpoint(db: LedgerDb, options: Options): Promise<{ line: string; taken: Checkpoint }> {
  const { key, text, checkpoints, now, progress } = options;
  const last = text.split('\n').findLast((line) => line !== '');
  const events = await followOn(db, checkpoints.at(-1)?.events ?? start, progress);
  const taken: Checkpoint = {
    format: 'countersign/checkpoint@1',
    taken_at: now.toISOString(),
    events,
    changes: await countOf(db, 'changes'),
    decisions: await countOf(db, 'decisions'),
    previous: last === undefined ? null : sha256(last),
  };
  return { line: signStatement(checkpointType, key, taken), taken };
}

const start: Checkpoint['events'] = { seq: 0, hash: chainStart, count: 0 };

async function followOn(db: LedgerDb, from: Checkpoint['events'], progress: Progress): Promise<Checkpoint['events']> {
  const there = db.selectFrom('events').select('hash').where('seq', '=', from.seq);
  if (from.seq > 0 && (await there.executeTakeFirst())?.hash !== from.hash) throw cut(`event ${from.seq}`);
  let { seq, hash, count } = from;
  for await (const row of eventsIn(db, from.seq)) {
    checkLink(row, hash, (_code, where) => {
      throw cut(where);
    });
    ({ seq, hash } = row);
    count += 1;
    if (count % 1000 === 0) progress('events', count);
  }
  return { seq, hash, count };
}

function cut(where: string): AppError {
  return new AppError('conflict', `The record is not what it was, or does not hold, at ${where}: nothing was signed.`, {
    next: 'Look with: countersign audit verify --checkpoint FILE',
  });
}

async function countOf(db: LedgerDb, table: 'changes' | 'decisions'): Promise<number> {
  const { count } = await db
    .selectFrom(table)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return count;
}
