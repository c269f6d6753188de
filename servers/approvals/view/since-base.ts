import type { SealedBody } from '#shared/changes/sealed.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { SinceBase } from '#shared/tools/index.ts';
import { effectViews } from './effects.ts';
import { wholeOf } from './part.ts';
import { reveal } from './reveal.ts';

/** What the branch comes to with a change, in figures; null where there is no such sum. */
export function sumView({ since_base: sum, effects }: SealedBody) {
  if (!sum) return null;
  return { ...figuresOf(sum), files: sum.effects.length, only_this: isOnly(sum, effects) };
}

/** The same in full, as it was sealed. Every text is safe to look at. Throws AppError `not_found` where there is none. */
export async function sinceBaseView(ledger: Ledger, id: string) {
  const { body, contents } = await wholeOf(ledger, id);
  if (!body.since_base) throw new AppError('not_found', 'This change is no part of a branch that goes elsewhere.');
  return { ...figuresOf(body.since_base), effects: effectViews(body.since_base.effects, contents) };
}

function figuresOf({ base, merge_base, left_out, cut }: SinceBase) {
  return { base: reveal(base), merge_base, left_out, cut };
}

/** Whether the branch changes nothing but what this change does. */
function isOnly({ effects: sum, left_out: left, cut }: SinceBase, effects: SealedBody['effects']): boolean {
  if (left > 0 || cut) return false;
  const own = new Set(effects.map((one) => (one.kind === 'file' ? canonical([one.path, one.before, one.after]) : '')));
  return sum.every(({ path, before, after }) => own.has(canonical([path, before, after])));
}
