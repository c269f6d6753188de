import { commonArguments } from '#shared/changes/arguments.ts';
import { stageContents } from '#shared/changes/contents.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { readContents } from '#shared/ledger/contents.ts';
import type { Json, Reversible } from '#shared/tools/index.ts';
import { effectViews } from './effects.ts';
import { summaryOf } from './list-item.ts';
import { findWhole, progressView, type ViewContext } from './progress.ts';
import { reveal } from './reveal.ts';

/**
 * Everything that a person decides on, made here from the sealed data alone. Every text is safe to look at; `reason` is
 * the requester's own and proves nothing.
 */
export async function detailOf(context: ViewContext, id: string) {
  const { row, sealed } = await findWhole(context.ledger.db, id);
  const progress = await progressView(context, id);
  const request = row.restores === null ? null : (JSON.parse(row.restores) as { choice: string; reason: string });
  const base = { ...progress, summary: summaryOf(row, sealed?.body ?? 'none'), choice: request?.choice ?? null };
  if (!sealed) return { ...base, content: null, reason: reveal(request?.reason ?? '') };
  const contents = stageContents(await readContents(context.ledger.db, id));
  const { body } = sealed;
  return {
    ...base,
    content: { ...termsOf(body), effects: effectViews(body.effects, contents) },
    reason: reveal(request?.reason ?? commonArguments(body.arguments).reason),
  };
}

function termsOf(body: SealedBody) {
  return {
    backend: reveal(body.backend),
    target: pretty(body.target),
    sponsor: reveal(body.sponsor),
    blueprint_digest: body.blueprint?.digest ?? null,
    review: { by: body.review.by.map(reveal), quorum: body.review.quorum },
    touches: body.touches.map(reveal),
    reaches: body.reaches.map(({ code, message }) => ({ code, message: reveal(message) })),
    flags: body.flags.map(({ code, message }) => ({ code, message: reveal(message) })),
    reversible: reversibleView(body.reversible),
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

function pretty(value: Json): string {
  return reveal(JSON.stringify(value, null, 2));
}
