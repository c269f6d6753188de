import type { VerificationKeys } from '#shared/changes/keys.ts';
import { stepsLeft } from '#shared/changes/resume.ts';
import { progressOf } from '#shared/ledger/attempts.ts';
import { decisionsOf } from '#shared/ledger/decisions.ts';
import { eventsOf } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { quarantineOf } from '#shared/ledger/quarantine.ts';
import { findRequested } from '#shared/ledger/requested.ts';
import { restoresOf } from '#shared/ledger/restores.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { People } from '#shared/people/people.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import { readReceipt } from '../receipt.ts';
import { shownStatus } from '../status.ts';
import { attentionOf } from './attention.ts';
import { chainView } from './chain.ts';
import { decisionView } from './decision.ts';
import { doubtView } from './doubt.ts';
import { grantsOfChange } from './grant.ts';
import { linkOf } from './link.ts';
import { standing } from './list-item.ts';
import { actorView } from './people.ts';
import { reveal } from './reveal.ts';
import { reviewView } from './review.ts';
import { type Found, findWhole } from './sealed.ts';
import { thereView } from './there.ts';
import { versionsView } from './versions.ts';

export type ViewContext = {
  readonly ledger: Ledger;
  /** What decisions are verified with: as executors have them, and those that were retired. */
  readonly keys: () => VerificationKeys;
  readonly now: () => Date;
  /** The list of people; absent where none is kept. */
  readonly people?: (() => People) | undefined;
};

/** Where a change stands and how it came there: the part of it that goes on after it was sealed. */
export async function progressView({ ledger, keys, now, people }: ViewContext, id: string) {
  const { row, sealed } = await findWhole(ledger.db, id);
  const [decisions, events, restores, quarantine, asked, steps, doubt, chain, versions, grants] = await Promise.all([
    decisionsOf(ledger.db, id),
    eventsOf(ledger.db, id),
    restoresOf(ledger.db, id),
    quarantineOf(ledger.db, id),
    findRequested(ledger.db, id),
    stepViews(ledger.db, id, sealed),
    doubtView(ledger.db, id, sealed),
    chainView(ledger.db, id),
    versionsView(ledger.db, id, sealed, keys),
    grantsOfChange(ledger.db, id, { keys, now }),
  ]);
  return {
    ...standing(row),
    ...grants,
    seal: typeof sealed === 'object' ? sealed.seal : null,
    broken: sealed === 'broken',
    attention: (await attentionOf(ledger.db, [row]))(id),
    steps,
    doubt,
    chain,
    versions,
    left: row.status === 'partial' ? await leftOf(ledger.db, sealed) : [],
    decisions: decisions.map((decision) => decisionView(decision, keys)),
    review: typeof sealed === 'object' ? reviewView(sealed.body, decisions, now().toISOString()) : null,
    there: typeof sealed === 'object' ? await thereView(ledger.db, sealed.body, people) : null,
    restored_by: restores.map((one) => ({ change_id: one.id, status: shownStatus(one.status) })),
    quarantine: quarantine && {
      waits: quarantine.waits,
      accepted_by: quarantine.acceptances.map((one) => ({ change_id: one.id, status: shownStatus(one.status) })),
    },
    about: asked?.about ?? null,
    history: events.map(({ at, type, actor, body }) => ({
      at,
      type,
      actor: actorView(actor),
      note: noteOf(body['note'] ?? body['reason'] ?? body['name'] ?? body['outcome'] ?? toldNote(body)),
    })),
  };
}

/** Who was told, or is to look at it; the names are put apart by commas. */
function toldNote({ told, assignee }: JsonObject): string | undefined {
  if (Array.isArray(told)) return told.join(', ');
  const { person, subject } = (assignee ?? {}) as { readonly person?: string; readonly subject?: string };
  return person ?? subject;
}

function noteOf(note: unknown): string | null {
  return typeof note === 'string' && note !== '' ? reveal(note) : null;
}

async function stepViews(db: LedgerDb, id: string, sealed: Found['sealed']) {
  const { receipts, next, attempts, open } = await progressOf(db, id);
  return (typeof sealed === 'object' ? sealed.body.steps : []).map((name, index) => {
    const answer = index < next ? (receipts[name] ?? null) : null;
    const { verified, url } = readReceipt(answer);
    return {
      name: reveal(name),
      state: stateOf(index, { next, open }),
      attempts: index === next ? attempts : null,
      verified: verified ?? null,
      link: url ? linkOf(url) : null,
      receipt: index < next ? reveal(JSON.stringify(answer, null, 2)) : null,
    };
  });
}

/** The steps of a partial change that were not done. */
async function leftOf(db: LedgerDb, sealed: Found['sealed']): Promise<string[]> {
  return typeof sealed === 'object' ? (await stepsLeft(db, sealed)).map(reveal) : [];
}

/** `begun`: the intent is on record and the answer is not. */
function stateOf(index: number, { next, open }: { next: number; open: { step: number } | null }) {
  if (index < next) return 'done';
  return open?.step === index ? 'begun' : 'waiting';
}
