import * as z from 'zod';
import { hasComment, withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import type { TicketEvent } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { mayBeOf } from '#shared/server/doubt.ts';
import type { Json, Landed, Mark } from '#shared/tools/index.ts';
import { differing } from '../compare.ts';
import { parseTicketId, ticketId } from '../ids.ts';
import { type RestIssue, refOf, restIssue } from '../issue.ts';
import { personOfActor, personOfRest } from '../people.ts';
import type { Repositories, Repository } from '../repositories.ts';
import { pageOfComments, readComment } from './comments.ts';
import { readHistory } from './history.ts';
import { type FoundIssue, findIssue, linkId, readTicket } from './tickets.ts';

type Finding = { readonly repositories: Repositories; readonly ownLogin: () => Promise<string> };

/** How far back our own issue is looked for: so many pages of a hundred, newest first. */
const mostPages = 5;

/** Whether a write of ours whose answer was lost took effect: by our mark in its text, or by what GitHub says was done by us. */
export async function findLanded(finding: Finding, wanted: TicketWrite, mark: Mark): Promise<Landed> {
  switch (wanted.kind) {
    case 'create':
      return createLanded(finding, wanted, mark);
    case 'comment':
      return commentLanded(finding, wanted, mark);
    case 'edit_comment':
      return editLanded(finding, wanted);
    case 'update':
      return updateLanded(finding, wanted, mark);
    case 'transition':
      return moveLanded(finding, wanted, mark);
    case 'link':
    case 'unlink':
      return linkLanded(finding, wanted);
    case 'archive':
    case 'unarchive':
      return 'not_found';
  }
}

const written = (
  id: string,
  key: string | null,
  url: string | null,
  differs: readonly string[] = [],
): { readonly landed: Json } => ({ landed: { id, key, url, differs: [...differs] } });

async function createLanded(
  { repositories, ownLogin }: Finding,
  { project, fields }: TicketWrite & { readonly kind: 'create' },
  mark: Mark,
): Promise<Landed> {
  const at = await repositories.byId(Number(project.id));
  if (at === null) return 'unclear';
  const login = await ownLogin();
  for (let page = 1; page <= mostPages; page++) {
    const query = { state: 'all', sort: 'created', direction: 'desc', per_page: '100', page: String(page) };
    const issues = (await at.session.get({ path: ['issues'], query, data: z.array(restIssue) })) ?? [];
    const found = issues.find((issue) => isOurs(issue, login, mark));
    if (found) {
      const { id, key, url } = refOf(at.project, found);
      return written(id, key, url, differing(fields, await readTicket(repositories, { issue: found, at })));
    }
    if (issues.length < 100) return 'not_found';
  }
  return 'unclear';
}

const isOurs = ({ user, body }: RestIssue, login: string, mark: Mark): boolean =>
  personOfRest(user)?.id === login && hasComment(body ?? '', mark);

async function commentLanded(
  { repositories, ownLogin }: Finding,
  { ticket, body: wanted }: TicketWrite & { readonly kind: 'comment' },
  mark: Mark,
): Promise<Landed> {
  const place = await placeOf(repositories, ticket);
  if (place === null) return 'unclear';
  const login = await ownLogin();
  let cursor: string | undefined;
  for (let page = 1; page <= mostPages; page++) {
    const { items, cursor: next } = await pageOfComments(place.at.session, place.number, { limit: 100, cursor });
    const found = items.find(({ author, body }) => personOfActor(author)?.id === login && hasComment(body, mark));
    if (found) {
      return written(found.id, null, found.url, withoutMarkComment(found.body) === wanted.text ? [] : ['body']);
    }
    if (next === null) return 'not_found';
    cursor = next;
  }
  return 'unclear';
}

async function editLanded(
  { repositories, ownLogin }: Finding,
  { ticket, comment, expect, body }: TicketWrite & { readonly kind: 'edit_comment' },
): Promise<Landed> {
  const place = await placeOf(repositories, ticket);
  const of = parseTicketId(ticket.id);
  const found = place && of && (await readComment(place.at.session.query, of, comment.id));
  if (!found) return 'unclear';
  const text = withoutMarkComment(found.body);
  if (text === body.text && personOfActor(found.editor)?.id === (await ownLogin()))
    return written(found.id, null, found.url);
  return text === expect.text ? 'not_found' : 'unclear';
}

/** GitHub tells who changed what but of the text, for which it has to do that it is there. */
async function updateLanded(
  finding: Finding,
  { ticket, expect, set }: TicketWrite & { readonly kind: 'update' },
  mark: Mark,
): Promise<Landed> {
  const { repositories } = finding;
  const place = await placeOf(repositories, ticket);
  const found = place && (await findIssue(repositories, place.at, place.number));
  if (!found) return 'unclear';
  const now = await readTicket(repositories, found);
  if (differing(set, now).length === 0) return written(now.id, now.key, now.url);
  if (differing(expect, now).length > 0) return 'unclear';
  const isTakenBack = await wasOurs(finding, found, mark, ({ field }) => Object.hasOwn(set, field));
  return isTakenBack ? 'unclear' : 'not_found';
}

type Change = TicketEvent['changes'][number];

/** Whether our account did something of a kind since the change was made. */
async function wasOurs(
  { ownLogin }: Finding,
  { issue, at }: FoundIssue,
  mark: Mark,
  is: (change: Change) => boolean,
): Promise<boolean> {
  const where = { number: issue.number, repository: at.project.key };
  const [login, { items }] = await Promise.all([ownLogin(), readHistory(at.session, where, { limit: 100 })]);
  return items.some(({ by, at: time, changes }) => by?.id === login && mayBeOf(mark, time) && changes.some(is));
}

/** The latest change of its state has to be ours: somebody else may have closed it for the same reason. */
async function moveLanded(
  finding: Finding,
  { ticket, from, transition }: TicketWrite & { readonly kind: 'transition' },
  mark: Mark,
): Promise<Landed> {
  const { repositories, ownLogin } = finding;
  const place = await placeOf(repositories, ticket);
  const found = place && (await findIssue(repositories, place.at, place.number));
  if (!found) return 'unclear';
  const { id, key, url, status } = await readTicket(repositories, found);
  if (status.id === from.id) {
    const isDone = ({ field, after }: Change) => field === 'status' && after === transition.to.name;
    return (await wasOurs(finding, found, mark, isDone)) ? 'unclear' : 'not_found';
  }
  if (status.id !== transition.to.id) return 'unclear';
  const at = { number: found.issue.number, repository: found.at.project.key };
  const { items } = await readHistory(found.at.session, at, { limit: 100 });
  const last = items.find(({ changes }) => changes.some(({ field }) => field === 'status'));
  return last?.by?.id === (await ownLogin()) ? written(id, key, url) : 'unclear';
}

async function linkLanded(
  { repositories }: Finding,
  { kind, outward, inward }: TicketWrite & { readonly kind: 'link' | 'unlink' },
): Promise<Landed> {
  const place = await placeOf(repositories, inward);
  const found = place && (await findIssue(repositories, place.at, place.number));
  if (!found) return 'unclear';
  const { links, url } = await readTicket(repositories, found);
  const id = linkId(outward, inward);
  const isThere = links.some((link) => link.id === id);
  return isThere === (kind === 'link') ? written(id, null, url) : 'not_found';
}

async function placeOf(
  repositories: Repositories,
  { id }: { readonly id: string },
): Promise<{ readonly at: Repository; readonly number: number } | null> {
  const named = parseTicketId(id);
  const at = named && (await repositories.byId(named.repositoryId));
  if (!named || !at || ticketId(named) !== id) return null;
  return { at, number: named.number };
}
