import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { type DoneLink, type LinkPlan, type LinkState, linkPlan, saidOf } from './plan.ts';

/** The link: before, as the change left it, and now. */
export function compareLink({ plan }: DoneLink, now: LinkState): readonly Part[] {
  const text = (isThere: boolean) => (isThere ? { text: saidOf(plan) } : null);
  const isAdded = plan.kind === 'add';
  return [
    {
      name: `link of ${plan.ticket.key}`,
      before: text(!isAdded),
      left: text(isAdded),
      now: text(now.link !== null),
      ...standingOf(plan, now),
      later: [],
    },
  ];
}

/** Where the link stands; the one judgement that the view and the restore share. */
function standingOf({ kind, other }: LinkPlan, { at, other: there, link }: LinkState): Pick<Part, 'standing' | 'why'> {
  if ((link === null) === (kind === 'add')) return { standing: 'back', why: null };
  if (there === null) return { standing: 'cannot', why: `${other.key} is not there any more.` };
  const archived = [at, there].find((one) => one.archived);
  if (archived) return { standing: 'cannot', why: `${archived.ref.key} is archived: nothing can be written to it.` };
  return { standing: 'as_left', why: null };
}

/** Removes the link that was made, and makes the one that was removed. Nobody's work is overwritten by either. */
export function restoreLink(
  { plan }: DoneLink,
  now: LinkState,
  _choice: RestoreChoice,
): { readonly plan: LinkPlan } | Refusal {
  const { standing, why } = standingOf(plan, now);
  if (standing === 'back') return { refused: 'There is nothing left to undo.', conflicts: [] };
  if (standing === 'cannot' || now.other === null) return { refused: why ?? '', conflicts: [] };
  const { type, end } = plan;
  const common = { ticket: now.at.ref, other: now.other.ref, type, end };
  return { plan: now.link === null ? { kind: 'add', ...common } : { kind: 'remove', ...common, id: now.link } };
}

/** Its own undo leaves nothing of a link to undo; any other link is one of its own. */
export function combineLink(older: DoneLink, by: DoneBy): DoneLink | null {
  const plan = linkPlan.safeParse(by.plan).data;
  if (by.tool !== 'link_tickets' || plan === undefined || plan.kind === older.plan.kind) return null;
  const isSame =
    plan.ticket.id === older.plan.ticket.id &&
    plan.other.id === older.plan.other.id &&
    plan.type.id === older.plan.type.id &&
    plan.end === older.plan.end;
  return isSame ? older : null;
}
