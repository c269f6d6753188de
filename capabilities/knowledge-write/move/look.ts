import { lookUpPage, noPage } from '#capabilities/knowledge/asks.ts';
import type { KnowledgeAsk, Place } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { StillHolds } from '#shared/tools/index.ts';
import { parentOf, placeNow, samePlace } from '../places.ts';
import { asksAt, asksInto, atOf, namespaceRefOf, pageStill, placeOf, placeUnder } from '../tool.ts';
import { countUnder } from '../under.ts';
import type { MovePlan, MoveState } from './plan.ts';

export type Wanted = { readonly page: string; readonly parent: string | null; readonly namespace?: string | undefined };

/** How many lists are asked for to count what comes along. */
const requests = 30;

/** The one answer where a page or its new place is not there, or outside the scope: it does not say which. */
export function notBoth({ page, parent, namespace }: Wanted): AppError {
  if (parent === null && namespace === undefined) return noPage(page);
  const other = parent === null ? `the namespace ${namespace}` : `a page ${JSON.stringify(parent)}`;
  const { next } = noPage(page);
  return new AppError(
    'not_found',
    `There is no page ${JSON.stringify(page)} and ${other}, or not both such as you may use so.`,
    { ...(next !== undefined && { next }) },
  );
}

/** Throws {@link notBoth}. */
export async function lookAtMove(wanted: Wanted, reader: KnowledgeReader): Promise<MoveState> {
  const page = await reader.page(wanted.page);
  if (page === null) throw notBoth(wanted);
  return stateOf(page, reader, { from: placeOf(page), to: await destination(wanted, page, reader) });
}

/** A parent in the trash is no place; it is told so once it is known that the agent may see it. */
async function destination(wanted: Wanted, page: KnowledgePage, reader: KnowledgeReader): Promise<Place> {
  if (wanted.parent !== null) {
    const parent = await reader.page(wanted.parent);
    if (parent === null || parent.trashed) throw notBoth(wanted);
    return placeUnder(parent);
  }
  const namespace = await reader.namespace(wanted.namespace ?? page.namespace.key);
  if (namespace === null || namespace.archived) throw notBoth(wanted);
  return { namespace: namespaceRefOf(namespace), above: [] };
}

/** The same by what a plan says. */
export async function observeMove({ page, from, to }: MovePlan, reader: KnowledgeReader): Promise<MoveState> {
  const found = await lookUpPage(reader, page.id);
  const [was, is] = await Promise.all([placeNow(reader, from), placeNow(reader, to)]);
  return stateOf(found, reader, { from: was, to: is });
}

async function stateOf(
  page: KnowledgePage,
  reader: KnowledgeReader,
  places: Pick<MoveState, 'from' | 'to'>,
): Promise<MoveState> {
  const between = reader.backend.movesBetween !== false;
  return { at: atOf(page), under: await countUnder(reader, page, requests), ...places, between };
}

/**
 * Both ends have to be such as may be written to: the page, and what it comes under, whatever the page itself is. They are
 * named to whoever asked, who therefore has to be able to read them.
 */
export function asksOfMove({ at, to }: Pick<MoveState, 'at' | 'to'>): readonly KnowledgeAsk[] {
  const ends = [asksAt(at, 'write'), ...(to === null ? [] : [asksInto(to)])];
  return [...ends, ...ends.map((ask) => ({ ...ask, want: 'read' as const }))];
}

/** Whether a page is where it was, and can come to where it is to. */
export async function moveStill(plan: MovePlan, before: MoveState, reader: KnowledgeReader): Promise<StillHolds> {
  const there = await pageStill(before.at, reader);
  if ('stale' in there) return there;
  const { found } = there;
  if (found.trashed) return { stale: 'The page is in the trash by now.' };
  if (!samePlace(placeOf(found), plan.from)) return { stale: 'The page is at another place by now.' };
  const to = await placeNow(reader, plan.to);
  if (to === null) return { stale: 'The place that it is to come to is gone.' };
  if (isWithin(to, plan.page.id)) return { stale: 'The place that it is to come to is under it by now.' };
  if (plan.from.namespace.id === plan.to.namespace.id) return 'holds';
  const under = await countUnder(reader, found, requests);
  const isSame = under.pages === plan.under.pages && under.more === plan.under.more;
  return isSame ? 'holds' : { stale: 'Other pages are under the page by now, which others would see.' };
}

/** Whether a place is under a page, or is right under it: whatever came there would be above itself. */
export function isWithin({ above }: Place, page: string): boolean {
  return above.some(({ id }) => id === page);
}

/** Throws AppError for a place that a page cannot come to, or is at already. */
export function assertCanMove({ at, from, to, between }: MoveState): { readonly from: Place; readonly to: Place } {
  if (from === null || to === null) throw new TypeError('a move without a place');
  const name = `The page ${at.ref.id}`;
  if (!between && from.namespace.id !== to.namespace.id) {
    throw new AppError('unsupported', 'Pages cannot come to another namespace here.', {
      next: 'Make a page there with create_page, and put this one into the trash.',
    });
  }
  if (parentOf(to)?.id === at.ref.id) throw new AppError('invalid_arguments', `${name} cannot be put under itself.`);
  if (isWithin(to, at.ref.id)) {
    throw new AppError('conflict', `${name} cannot come to a place that is under it: it would be above itself.`, {
      next: 'Move the page that is to be above it first.',
    });
  }
  if (samePlace(from, to)) throw new AppError('conflict', `${name} is there already.`);
  return { from, to };
}
