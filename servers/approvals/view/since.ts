import { stageContents } from '#shared/changes/contents.ts';
import type { SealedBody } from '#shared/changes/sealed.ts';
import { AppError } from '#shared/errors.ts';
import { readContents } from '#shared/ledger/contents.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { ContentReader } from '#shared/tools/index.ts';
import { type FileDiff, partOf } from './diff.ts';
import { effectViews } from './effects.ts';
import { placeView } from './place.ts';
import { reveal } from './reveal.ts';
import { sealedOf } from './sealed.ts';
import { effectsSince, type PartSince } from './since-effects.ts';

/** The version that a change takes the place of; throws AppError `not_found` when it is a first one, or that is not whole. */
export async function versionsOf(
  { db }: Pick<Ledger, 'db'>,
  id: string,
): Promise<{ readonly before: SealedBody; readonly now: SealedBody }> {
  const now = await sealedOf(db, id);
  const link = typeof now === 'object' ? now.body.supersedes : undefined;
  const before = link && (await sealedOf(db, link.change_id));
  if (typeof now !== 'object' || typeof before !== 'object' || before.seal !== link?.seal) {
    throw new AppError('not_found', 'There is no version before that could be compared with.');
  }
  return { before: before.body, now: now.body };
}

/**
 * What changed since the version before, from what was sealed of both and their contents. Every text is safe to look at;
 * of differences there are at most so many `lines`. `missing` says why files cannot be compared.
 */
export async function sinceView(ledger: Ledger, id: string, lines?: number) {
  const { before, now } = await versionsOf(ledger, id);
  const { parts, same } = effectsSince(before.effects, now.effects);
  const read = await contentsOf(ledger, [before.change_id, id]);
  const contents = 'missing' in read ? { text: () => null } : read;
  const views = effectViews(
    parts.map(({ effect }) => effect),
    contents,
    { lines },
  );
  return {
    change_id: id,
    version: now.supersedes?.version ?? 1,
    before: before.change_id,
    missing: 'missing' in read ? read.missing : null,
    branch: branchSince(before, now),
    parts: parts.map(({ what, effect }, index) => ({
      what,
      name: reveal(effect.kind === 'file' ? effect.path : `${effect.target}: ${effect.field}`),
      effect: 'missing' in read && effect.kind !== 'field' ? null : (views[index] ?? null),
    })),
    same: same.map(reveal),
    flags: codesSince(before.flags, now.flags),
    reaches: codesSince(before.reaches, now.reaches),
  };
}

/** Some lines of the difference of one part. Throws AppError `not_found`. */
export async function sincePart(
  ledger: Ledger,
  id: string,
  asked: { readonly part: number; readonly from: number; readonly limit: number },
): Promise<FileDiff> {
  const { before, now } = await versionsOf(ledger, id);
  const parts: readonly PartSince[] = effectsSince(before.effects, now.effects).parts;
  const read = await contentsOf(ledger, [before.change_id, id]);
  if ('missing' in read) throw new AppError('expired', read.missing);
  const [view] = effectViews(
    parts.map(({ effect }) => effect),
    read,
    { only: asked.part },
  );
  if (view?.kind !== 'file' || view.diff === null) throw new AppError('not_found', 'There is no such difference.');
  return partOf(view.diff, asked.from, asked.limit);
}

/** What both versions write; those of one that ended may have been dropped since. */
async function contentsOf(
  { db, vault }: Ledger,
  ids: readonly string[],
): Promise<Pick<ContentReader, 'text'> | { readonly missing: string }> {
  try {
    const each = await Promise.all(ids.map((id) => readContents(db, vault, id)));
    return stageContents(new Map(each.flatMap((one) => [...one])));
  } catch (error) {
    if (error instanceof AppError && error.code === 'expired') return { missing: error.message };
    if (error instanceof AppError && error.code === 'seal_mismatch') {
      return { missing: 'The contents in the ledger are not those that were sealed.' };
    }
    throw error;
  }
}

function branchSince(before: SealedBody, now: SealedBody): { before: string | null; now: string | null } | null {
  const [was, is] = [placeView(before).branch, placeView(now).branch];
  return was === is ? null : { before: was, now: is };
}

type Coded = { readonly code: string; readonly message: string };

function codesSince(before: readonly Coded[], now: readonly Coded[]): { added: Coded[]; gone: Coded[] } {
  const without = (all: readonly Coded[], others: readonly Coded[]): Coded[] =>
    all
      .filter((one) => !others.some(({ code, message }) => one.code === code && one.message === message))
      .map(({ code, message }) => ({ code, message: reveal(message) }));
  return { added: without(now, before), gone: without(before, now) };
}
