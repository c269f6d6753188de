import { commonArguments } from '#shared/changes/arguments.ts';
import { stageContents } from '#shared/changes/contents.ts';
import { argumentsOf } from '#shared/changes/requested.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { AppError } from '#shared/errors.ts';
import { readContents } from '#shared/ledger/contents.ts';
import { findRequested } from '#shared/ledger/requested.ts';
import type { RequestedTable } from '#shared/ledger/schema.ts';
import type { ContentReader, Json, Restoring, Reversible } from '#shared/tools/index.ts';
import { referencesOf } from './chain.ts';
import { differenceView } from './difference.ts';
import { effectViews } from './effects.ts';
import { offerView } from './grant.ts';
import { summaryOf } from './list-item.ts';
import { placeView } from './place.ts';
import { progressView, type ViewContext } from './progress.ts';
import { reveal } from './reveal.ts';
import { findWhole } from './sealed.ts';
import { sumView } from './since-base.ts';

/**
 * Everything that a person decides on, made here from the sealed data alone. Every text is safe to look at; `reason` is
 * the requester's own and proves nothing. Of differences there are at most so many `lines`.
 */
export async function detailOf(context: ViewContext, id: string, lines?: number) {
  const found = await findWhole(context.ledger.db, id);
  const { row } = found;
  const contents = typeof found.sealed === 'object' ? await intactContents(context, id) : null;
  const sealed = typeof found.sealed === 'object' && contents === null ? 'broken' : found.sealed;
  const summary = summaryOf(row, typeof sealed === 'object' ? sealed.body : sealed);
  const progress = await progressView(context, id);
  const request = row.restores === null ? null : (JSON.parse(row.restores) as { choice: string; reason: string });
  const asked = await findRequested(context.ledger.db, id);
  const base = {
    ...progress,
    difference: sealed === 'broken' ? null : await differenceView(context.ledger, id),
    broken: sealed === 'broken',
    summary: contents?.dropped === undefined ? summary : `${summary} (${contents.dropped})`,
    choice: request?.choice ?? null,
  };
  if (typeof sealed !== 'object' || contents === null)
    return { ...base, seal: null, content: null, reason: reveal(request?.reason ?? reasonOf(asked)) };
  const { body } = sealed;
  return {
    ...base,
    content: {
      ...termsOf(body),
      effects: effectViews(body.effects, contents, { lines }),
      references: referencesOf(body),
    },
    reason: reveal(request?.reason ?? commonArguments(body.arguments).reason),
  };
}

/** Why a person asks for something that is not planned yet. */
function reasonOf(asked: RequestedTable | undefined): string {
  return asked ? commonArguments(argumentsOf(asked)).reason : '';
}

/** What there is to show of contents; `dropped` says why there is nothing. */
type ShownContents = Pick<ContentReader, 'text'> & { readonly dropped?: string };

/** Null when they are not what their digests say. */
async function intactContents({ ledger }: ViewContext, id: string): Promise<ShownContents | null> {
  try {
    return stageContents(await readContents(ledger.db, ledger.vault, id));
  } catch (error) {
    if (error instanceof AppError && error.code === 'seal_mismatch') return null;
    if (error instanceof AppError && error.code === 'expired') return { text: () => null, dropped: error.message };
    throw error;
  }
}

function termsOf(body: SealedBody) {
  return {
    backend: reveal(body.backend),
    target: pretty(body.target),
    sponsor: reveal(body.sponsor),
    sponsor_access: body.sponsor_access ?? null,
    blueprint_digest: body.blueprint?.digest ?? null,
    place: placeView(body),
    since_base: sumView(body),
    touches: body.touches.map(reveal),
    reaches: body.reaches.map(({ code, message }) => ({ code, message: reveal(message) })),
    flags: body.flags.map(({ code, message }) => ({ code, message: reveal(message) })),
    reversible: reversibleView(body.reversible),
    offer: offerView(body),
    quarantine: body.quarantine ?? null,
    restoring: body.restoring ? restoringView(body.restoring) : null,
    plan: pretty(body.plan),
  };
}

function reversibleView(reversible: Reversible): Reversible {
  switch (reversible.kind) {
    case 'full':
      return reversible;
    case 'partial':
      return { kind: 'partial', lost: reversible.lost.map(reveal) };
    case 'irreversible':
      return { kind: 'irreversible', why: reveal(reversible.why) };
  }
}

function restoringView({ kept, back, cannot }: Restoring): Restoring {
  return { kept: kept.map(reveal), back: back.map(reveal), cannot: cannot.map(reveal) };
}

function pretty(value: Json): string {
  return reveal(JSON.stringify(value, null, 2));
}
