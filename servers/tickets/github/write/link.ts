import * as z from 'zod';
import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { NewLink, Written } from '#capabilities/ticket-write/ports.ts';
import { notDone, writeError } from '#shared/github/errors.ts';
import { rest, restSend } from '#shared/github/rest.ts';
import { linkId } from '../read/tickets.ts';
import { getNow, issueNow, readBack, refused, type Writing } from './writing.ts';

/**
 * Has one issue block another, or no longer. The token is for one repository, so that both ends have to be there. What is
 * to be is looked for right before, so that it is never written twice.
 */
export async function writeLink(
  writing: Writing,
  { kind, outward, inward }: NewLink & { readonly kind: 'link' | 'unlink' },
): Promise<Written> {
  if (outward.project.id !== inward.project.id) throw refused('Issues are linked here within one repository alone.');
  const [blocking, blocked] = await Promise.all([issueNow(writing, outward), issueNow(writing, inward)]);
  const path = ['issues', String(blocked.number), 'dependencies', 'blocked_by'];
  if ((await isThere(writing, path, blocking.id)) === (kind === 'link')) {
    throw notDone('stale', new Error('the link is already as it is to be'));
  }
  const { owner, name } = writing.at.session;
  const segments = ['repos', owner, name, ...path];
  const { via } = writing.changing();
  const sent =
    kind === 'link'
      ? restSend(via, 'POST', segments, { issue_id: blocking.id })
      : rest(via, 'DELETE', [...segments, String(blocking.id)]);
  await sent.catch((error: unknown) => {
    throw writeError(error, kind);
  });
  const after = await readBack(() => isThere(writing, path, blocking.id));
  return written(outward, inward, after === (kind === 'link') ? [] : ['link']);
}

/** GitHub takes 50 of each kind on one issue. */
async function isThere(writing: Writing, path: readonly string[], id: number): Promise<boolean> {
  const blockers = (await getNow(writing, path, z.array(z.object({ id: z.number() })))) ?? [];
  return blockers.some((each) => each.id === id);
}

const written = (outward: TicketRef, inward: TicketRef, differs: readonly string[]): Written => ({
  ...{ id: linkId(outward, inward), key: null, url: inward.url, differs },
});
