import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { lookUpPage } from '#capabilities/knowledge/asks.ts';
import type { Provenance } from '#capabilities/knowledge/types.ts';
import type { KnowledgePage, KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents, StillHolds } from '#shared/tools/index.ts';
import { kept } from '../kept.ts';
import { parentOf } from '../places.ts';
import { atOf, pageStill, refOf, revisionStill } from '../tool.ts';
import { earlierOf } from './earlier.ts';
import type { AcceptPlan, AcceptState, Shown } from './plan.ts';

export type Wanted = { readonly page: string; readonly change: string };

/** How many revisions and comments are looked through for what a change wrote: of so many lists. */
const lists = 10;

export async function lookAtAccept(
  { page, change }: Wanted,
  reader: KnowledgeReader,
  contents: Contents,
): Promise<AcceptState> {
  const found = await lookUpPage(reader, page);
  const ref = refOf(found);
  const { published, waiting } = sidesOf(found, contents);
  const newest = [waiting, published].find((side) => side?.revision.provenance.source === change);
  const wrote = newest?.revision ?? (await findIn((request) => reader.history(ref, request), change));
  const comment = wrote === null ? await findIn((request) => reader.comments(ref, request), change) : null;
  const at = atOf(found);
  const earlier = waiting === null ? [] : await earlierOf(at, waiting.revision, reader);
  return {
    ...{ at, published, waiting, wrote, comment, hidden: await isHidden(found, reader) },
    ...(earlier.length > 0 && { earlier: [...earlier] }),
  };
}

async function isHidden({ above }: KnowledgePage, reader: KnowledgeReader): Promise<boolean> {
  const parent = parentOf({ above });
  return parent !== undefined && (await reader.page(parent.id))?.published === null;
}

function sidesOf(page: KnowledgePage, contents: Contents): { published: Shown | null; waiting: Shown | null } {
  const side = ({ revision, body }: Pick<KnowledgePage, 'revision' | 'body'>): Shown => ({
    revision,
    body: kept(body, contents),
  });
  if (page.published === undefined) return { published: side(page), waiting: null };
  return { published: page.published && side(page.published), waiting: side(page) };
}

async function findIn<T extends { readonly provenance: Provenance }>(
  load: (request: PageRequest) => Promise<Page<T>>,
  change: string,
): Promise<T | null> {
  let cursor: string | undefined;
  for (let left = lists; left > 0; left -= 1) {
    const list = await load({ limit: 100, cursor });
    const found = list.items.find(({ provenance }) => provenance.source === change);
    if (found !== undefined || list.cursor === null) return found ?? null;
    cursor = list.cursor;
  }
  return null;
}

/** Throws AppError for what a change wrote that does not wait, or is not what would be accepted. */
export function planAccept(
  { change }: Wanted,
  { at, published, waiting, wrote, comment, hidden, earlier }: AcceptState,
): AcceptPlan {
  const page = at.ref;
  if (at.trashed) throw new AppError('conflict', 'The page is in the trash: nothing on it can be accepted.');
  if (waiting !== null && waiting.revision.provenance.source === change) {
    if (hidden) {
      throw new AppError('conflict', 'The page that it is under waits itself: nobody would find it there.', {
        next: 'Accept that page first.',
      });
    }
    return { of: 'page', kind: 'accept', page, change, waiting, published, ...(earlier && { earlier }) };
  }
  const written = comment ?? wrote;
  if (written === null) throw new AppError('not_found', `Nothing of ${change} is on that page.`);
  if (!written.provenance.quarantined) {
    throw new AppError('conflict', `What ${change} wrote is there for everybody already.`);
  }
  if (comment !== null) return { of: 'comment', kind: 'accept', page, change, comment };
  throw new AppError('conflict', `What ${change} wrote is not the newest any more, so it is not what would be seen.`, {
    next: waiting === null ? 'The page was written since; nothing on it waits.' : `Look at ${newerOf(waiting)}.`,
  });
}

function newerOf({ revision: { provenance } }: Shown): string {
  return provenance.source ?? 'what waits on the page';
}

/** Whether what waits, and what everybody sees, is what was shown. */
export async function acceptStill(plan: AcceptPlan, before: AcceptState, reader: KnowledgeReader): Promise<StillHolds> {
  if (plan.of === 'page') return revisionStill(before.at, reader);
  const there = await pageStill(before.at, reader);
  if ('stale' in there) return there;
  const comment = await reader.comment(refOf(there.found), plan.comment.id);
  if (comment === null) return { stale: 'The comment is gone from the page.' };
  if (comment.body.text !== plan.comment.body.text) return { stale: 'The text of the comment is another by now.' };
  const isAsItWas = comment.provenance.quarantined === (plan.kind === 'accept');
  return isAsItWas ? 'holds' : { stale: 'Whether the comment waits has changed.' };
}
