import { stageContents } from '#shared/changes/contents.ts';
import { AppError } from '#shared/errors.ts';
import { readContents } from '#shared/ledger/contents.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { type FileDiff, partOf } from './diff.ts';
import { effectViews } from './effects.ts';
import { type Image, imageOf } from './image.ts';
import { findWhole } from './sealed.ts';

/** What was sealed of a change, with its contents. Throws AppError `not_found` where there is nothing of it. */
export async function wholeOf({ db, vault }: Ledger, id: string) {
  const { sealed } = await findWhole(db, id);
  if (typeof sealed !== 'object') throw new AppError('not_found', 'There is nothing of this change to show.');
  return {
    body: sealed.body,
    effects: sealed.body.effects,
    contents: stageContents(await readContents(db, vault, id)),
  };
}

/** Some lines of the difference of one file, which is the `effect`th of a change's effects. */
export async function diffPart(
  ledger: Ledger,
  id: string,
  asked: { readonly effect: number; readonly from: number; readonly limit: number },
): Promise<FileDiff> {
  const { effects, contents } = await wholeOf(ledger, id);
  const [view] = effectViews(effects, contents, { only: asked.effect });
  if (view?.kind !== 'file' || view.diff === null) throw new AppError('not_found', 'There is no such difference.');
  return partOf(view.diff, asked.from, asked.limit);
}

/** An image that a change writes or replaces, by the digest of its bytes. Throws AppError for everything else. */
export async function imageIn(ledger: Ledger, id: string, sha256: string): Promise<Image & { bytes: Uint8Array }> {
  const { effects, contents } = await wholeOf(ledger, id);
  const sides = effects.flatMap((effect) => (effect.kind === 'file' ? [effect.before, effect.after] : []));
  const side = sides.find((one) => one?.content.sha256 === sha256);
  if (!side) throw new AppError('not_found', 'There is no such file in this change.');
  const bytes = contents.get(side.content);
  const image = side.binary ? imageOf(bytes) : null;
  if (!image) throw new AppError('unsupported', 'This is no image that can be shown.');
  return { ...image, bytes };
}
