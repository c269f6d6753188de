import { AppError } from '#shared/errors.ts';
import { findStanding } from '#shared/ledger/chains.ts';
import type { Owner } from '#shared/ledger/changes.ts';
import type { LedgerDb, StandingsView } from '#shared/ledger/schema.ts';
import { type Json, referencesIn, type WriteTool } from '#shared/tools/index.ts';
import type { Toolbox } from './toolbox.ts';
import { isLost } from './transitions.ts';

/** How many changes one chain has at most. */
const longestChain = 10;

/** How many references one change has at most: with what they stand for, a text stays as long as its backend takes. */
const mostReferences = 20;

/** The change that a proposal is to come after. */
export type Earlier = Omit<StandingsView, 'seal'> & { readonly seal: string };

/**
 * The agent's own change, on whichever server it is, or null when none is asked for. Throws AppError `not_found` also for
 * somebody else's, `wrong_state` when nothing can come after it, `invalid_arguments` when the chain becomes too long.
 */
export async function earlierFor(db: LedgerDb, owner: Owner, id: string | null): Promise<Earlier | null> {
  if (id === null) return null;
  const found = await findStanding(db, owner, id);
  if (!found) {
    throw new AppError('not_found', 'after: there is no such change.', {
      next: 'Give the change_id that one of your proposals was answered with.',
    });
  }
  const { seal, ...standing } = found;
  if (isLost(found.status)) {
    const message = `after: ${id} is ${found.status} and will not be applied.`;
    throw new AppError('wrong_state', message, { next: 'Propose that one again, and this one after it.' });
  }
  if (seal === null) {
    throw new AppError('wrong_state', `after: ${id} has no plan yet.`, {
      next: 'Call wait_for_change until it waits for a decision, then propose this again.',
    });
  }
  if (found.depth + 2 > longestChain) {
    throw new AppError('invalid_arguments', `after: a chain has at most ${longestChain} changes.`, {
      next: 'Wait until the earlier ones are applied; what comes after needs no after then.',
    });
  }
  return { ...standing, seal };
}

/** Throws AppError `invalid_arguments` when a plan refers to what the earlier change will not have, or where nothing may. */
export function assertReferences<R, W, A, T extends Json>(
  tools: Toolbox<R, W, A, T>,
  tool: WriteTool<R, W, A, T>,
  plan: unknown,
  earlier: Earlier,
): void {
  const receipt = earlier.is_restore ? null : tools.receiptOf(earlier.tool);
  const fields = Object.keys(receipt?.receipt.fields ?? {});
  const { references, rest } = referencesOf(tool, plan);
  for (const field of references) {
    if (fields.includes(field)) continue;
    const there = fields.length === 0 ? 'nothing that can be referred to' : `only ${fields.join(', ')}`;
    throw new AppError('invalid_arguments', `{{after.${field}}}: the receipt of ${earlier.tool} has ${there}.`);
  }
  if (references.length > mostReferences) {
    throw new AppError('invalid_arguments', `A change has at most ${mostReferences} references.`);
  }
  if (referencesIn(JSON.stringify(rest)).length > 0) {
    throw new AppError('invalid_arguments', '{{after.…}} stands in a text that cannot refer to another change.');
  }
}

/** The references of a plan, and the plan without them. */
export function referencesOf<R, W, A, T extends Json>(
  tool: WriteTool<R, W, A, T>,
  plan: unknown,
): { readonly references: readonly string[]; readonly rest: unknown } {
  const references: string[] = [];
  const rest = tool.texts?.(plan, (text) => {
    references.push(...referencesIn(text));
    return '';
  });
  return { references, rest: rest ?? plan };
}
