import type { Status, Transition } from '#capabilities/ticket/types.ts';
import type { DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { writtenBy } from '../tool.ts';
import {
  type BackPlan,
  type CreatePlan,
  type CreateState,
  createPlan,
  createStep,
  type DoneCreate,
  type Made,
} from './plan.ts';

/** The ticket: not there, as the change left it, and now; or whether it is put away. */
export function compareCreate(done: DoneCreate, now: CreateState): readonly Part[] {
  const { plan, first, after } = done;
  const name = plan.kind === 'create' ? `ticket in ${plan.project.key}` : `ticket ${plan.ticket.key}`;
  return [
    {
      name: now.made === null ? name : `ticket ${now.made.at.ref.key}`,
      before: side(first.made),
      left: side(after.made),
      now: side(now.made),
      later: [],
      ...standingOf(done, now),
    },
  ];
}

function side(made: Made | null): Part['now'] {
  return made && { text: `${made.title} (${made.at.archived ? 'archived' : made.status.name})` };
}

const unknownTicket = 'Which ticket it is was never answered; only a person said that it was made.';

/** Where the ticket stands; the one judgement that the view and the restore share. */
function standingOf(done: DoneCreate, { made, archives }: CreateState): Pick<Part, 'standing' | 'why'> {
  if (done.plan.kind === 'create' && writtenBy(done.receipts, createStep) === undefined) {
    return { standing: 'cannot', why: unknownTicket };
  }
  if (made === null || isBack(done, made)) return { standing: 'back', why: null };
  if (wayBack(done, made, archives) === null) return { standing: 'cannot', why: noWay(made) };
  return isTouched(done, made)
    ? { standing: 'changed', why: 'Somebody else has worked on it since.' }
    : { standing: 'as_left', why: null };
}

/** Whether there is nothing to undo: what was made is put away, or what was put away is back. */
function isBack({ plan, first }: DoneCreate, { at, status }: Made): boolean {
  if (plan.kind === 'create') return at.archived || status.category === 'done';
  if (plan.kind === 'transition') return status.id === plan.from.id;
  return at.archived === (first.made?.at.archived ?? false);
}

function isTouched({ plan, after }: DoneCreate, made: Made): boolean {
  if (plan.kind === 'archive' || plan.kind === 'unarchive') return false;
  if (plan.kind === 'transition') return made.status.id !== plan.transition.to.id;
  return made.discussed || made.version !== after.made?.version;
}

type Way =
  | { readonly kind: 'archive' | 'unarchive' }
  | { readonly kind: 'transition'; readonly transition: Transition };

function wayBack({ plan }: DoneCreate, made: Made, archives: boolean): Way | null {
  if (plan.kind === 'archive') return { kind: 'unarchive' };
  if (plan.kind === 'unarchive' || (plan.kind === 'create' && archives)) return { kind: 'archive' };
  const is = (to: Status) => (plan.kind === 'transition' ? to.id === plan.from.id : to.category === 'done');
  const transition = made.transitions.find(({ to, requires }) => is(to) && requires.length === 0);
  return transition === undefined ? null : { kind: 'transition', transition };
}

function noWay({ at, status }: Made): string {
  return `Nothing that the workflow lists leads there from ${JSON.stringify(status.name)}, the status that ${at.ref.key} has now, without more to be filled in.`;
}

/** Puts away what was made, and brings back what was put away; what others worked on only where that is wanted. */
export function restoreCreate(
  done: DoneCreate,
  now: CreateState,
  choice: RestoreChoice,
): { readonly plan: CreatePlan } | Refusal {
  const { standing, why } = standingOf(done, now);
  if (standing === 'back' || now.made === null) {
    return { refused: standing === 'cannot' ? (why ?? '') : 'There is nothing left to undo.', conflicts: [] };
  }
  const way = wayBack(done, now.made, now.archives);
  if (standing === 'cannot' || way === null) return { refused: why ?? '', conflicts: [] };
  const { ref } = now.made.at;
  if (standing === 'changed' && choice !== 'overwrite') {
    return { refused: 'The ticket is no longer as this change left it.', conflicts: [`ticket ${ref.key}: ${why}`] };
  }
  return { plan: planOf(way, now.made, standing === 'changed') };
}

function planOf(way: Way, { at, status }: Made, overwrites: boolean): BackPlan {
  return way.kind === 'transition'
    ? { ...way, ticket: at.ref, from: status, overwrites }
    : { ...way, ticket: at.ref, overwrites };
}

/** Its own undo leaves nothing to undo. */
export function combineCreate(older: DoneCreate, by: DoneBy): DoneCreate | null {
  const plan = createPlan.safeParse(by.plan).data;
  if (by.tool !== createStep || plan === undefined || plan.kind === 'create') return null;
  const id = older.plan.kind === 'create' ? writtenBy(older.receipts, createStep)?.id : older.plan.ticket.id;
  return plan.ticket.id === id ? older : null;
}
