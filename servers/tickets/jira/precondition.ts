import type { FieldValues, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { project as projectAnswer } from './answers.ts';
import { rawComment } from './comments.ts';
import { beforeWrite, notDone } from './errors.ts';
import { differencesFrom, type Now, readFields } from './fields.ts';
import { readArchived } from './issues.ts';
import { findLink } from './links.ts';
import { documentOf, sameText } from './text.ts';
import { commentOf } from './tickets.ts';
import { listedTransitions, readStatus } from './workflow.ts';

/**
 * Jira takes no precondition. What a write expects is read right before it, with the token that writes: what somebody
 * does between these two requests is not seen.
 */

const stale = (why: string) => notDone('stale', new Error(why));

/** Throws `NotDone` where what is written is not as expected any more, or is another than the permit says. */
export async function assertExpected(reads: Reads, wanted: TicketWrite, target: TicketTarget): Promise<void> {
  try {
    await check(reads, wanted, target);
  } catch (error) {
    throw beforeWrite(error);
  }
}

async function check(reads: Reads, wanted: TicketWrite, target: TicketTarget): Promise<void> {
  switch (wanted.kind) {
    case 'create':
      return assertProject(reads, target);
    case 'update': {
      const now = await issueIn(reads, target, wanted.expect);
      const [other] = differencesFrom(wanted.expect, now);
      if (other !== undefined) throw stale(`its ${other} is another`);
      return;
    }
    case 'transition':
      return assertMove(reads, wanted, target);
    case 'comment': {
      const { project } = await issueIn(reads, target);
      const desk = project.projectTypeKey === 'service_desk';
      if (desk !== wanted.ticket.project.customers) throw stale('whether customers see its comments is other now');
      if (!desk && wanted.visibleTo === 'customers') throw notDone('refused', new Error('it has no customers'));
      return;
    }
    case 'edit_comment':
      return assertComment(reads, wanted, target);
    case 'link':
    case 'unlink': {
      const ends = [wanted.outward, wanted.inward].map(({ id, project }) => ({
        ...target,
        ticketId: id,
        projectId: project.id,
      }));
      const [link] = await Promise.all([findLink(reads, wanted), ...ends.map((end) => issueIn(reads, end))]);
      if (wanted.kind === 'link' && link !== null) throw stale('they are linked already');
      if (wanted.kind === 'unlink' && link?.id !== wanted.id) throw stale('the link is gone, or another');
      return;
    }
    case 'archive':
    case 'unarchive': {
      const [, archived] = await Promise.all([issueIn(reads, target), readArchived(reads, wanted.ticket.id)]);
      if (archived === (wanted.kind === 'archive')) throw stale('it is archived, or not, already');
      return;
    }
  }
}

async function assertProject(reads: Reads, { projectId }: TicketTarget): Promise<void> {
  const found = await reads.get({ path: ['project', projectId], answer: projectAnswer });
  if (found === null || found.archived === true) throw stale('the project is gone, or archived');
}

/** The permit's ticket, which must be in the permit's project still. */
async function issueIn(reads: Reads, { ticketId, projectId }: TicketTarget, fields: FieldValues = {}): Promise<Now> {
  const found = ticketId === null ? null : await readFields(reads, ticketId, fields);
  if (found?.project.id !== projectId) throw stale('it is gone, or in another project');
  return found;
}

async function assertMove(reads: Reads, wanted: TicketWrite & { kind: 'transition' }, target: TicketTarget) {
  const [, status, listed] = await Promise.all([
    issueIn(reads, target),
    readStatus(reads, wanted.ticket.id),
    listedTransitions(reads, wanted.ticket.id),
  ]);
  if (status?.id !== wanted.from.id) throw stale('its status is another');
  const found = listed.find(({ id }) => id === wanted.transition.id);
  if (found?.to.id !== wanted.transition.to.id) throw stale('the transition is not there any more, or leads elsewhere');
}

async function assertComment(reads: Reads, wanted: TicketWrite & { kind: 'edit_comment' }, target: TicketTarget) {
  const { comment, expect, ticket } = wanted;
  const [{ project }, found] = await Promise.all([issueIn(reads, target), rawComment(reads, ticket.id, comment.id)]);
  if (found === null || !sameText(documentOf(found.body), expect))
    throw stale('the comment is gone, or says something else');
  const customers = project.projectTypeKey === 'service_desk';
  const { visibleTo } = commentOf({ ...ticket, project: { ...ticket.project, customers } }, found);
  if (visibleTo !== comment.visibleTo) throw stale('others see the comment now');
}
