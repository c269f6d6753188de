import type { Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';

/** How one part of what a change set is now. */
export type PartNow = {
  /** It is as it was before: nothing is left to do. */
  readonly isBack: boolean;
  /** It is as the change left it. */
  readonly isLeft: boolean;
  /** Somebody else was at it between several changes of ours. */
  readonly isBetween: boolean;
  /** Why it cannot be put back now; null where it can. */
  readonly obstacle: string | null;
};

/** A part that a restore may put back. */
type Candidate = PartNow & {
  /** As conflicts name it. */
  readonly name: string;
  /** It is as the restore would make it. */
  readonly isWanted: boolean;
};

/** Where a part stands; the one judgement that the view and the restore share. */
export function standingOf({ isBack, isLeft, isBetween, obstacle }: PartNow): Pick<Part, 'standing' | 'why'> {
  if (isBack) return { standing: 'back', why: null };
  if (obstacle !== null) return { standing: 'cannot', why: obstacle };
  if (isLeft && !isBetween) return { standing: 'as_left', why: null };
  return { standing: 'changed', why: 'Somebody else changed it since.' };
}

/**
 * Whether a part is put back: what somebody changed since only where that is to be overwritten. What is ours now but was
 * somebody's between our changes may go back to what that somebody left.
 */
export function isPutBack(part: PartNow, choice: RestoreChoice): boolean {
  const { standing } = standingOf(part);
  if (standing !== 'changed') return standing === 'as_left';
  return choice === 'overwrite' || (choice === 'untouched' && part.isLeft);
}

/** Whether that goes over what somebody else made of it. */
export function isOverwritten(part: PartNow, choice: RestoreChoice): boolean {
  return choice === 'overwrite' && standingOf(part).standing === 'changed';
}

/** The parts to put back, and why others are not. */
export function partsBack<P extends Candidate>(parts: readonly P[], choice: RestoreChoice) {
  const open = parts.filter((part) => standingOf(part).standing !== 'back');
  return {
    back: open.filter((part) => isPutBack(part, choice) && !part.isWanted),
    conflicts: open.filter((part) => !isPutBack(part, choice)).map((part) => `${part.name}: ${standingOf(part).why}`),
  };
}

/** Why nothing is put back, or not all is that is wanted; null where the restore goes on. @param what it is of: `ticket` */
export function refusalOf(
  what: string,
  { back, conflicts }: { readonly back: readonly unknown[]; readonly conflicts: readonly string[] },
  choice: RestoreChoice,
): Refusal | null {
  if (conflicts.length > 0 && choice !== 'untouched') {
    return { refused: `Some of the ${what} is no longer as this change left it.`, conflicts };
  }
  return back.length === 0 ? { refused: 'There is nothing to put back.', conflicts } : null;
}
