import * as z from 'zod';
import type { TicketWrite, Written } from '#capabilities/ticket-write/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { mayBeOf } from '#shared/server/doubt.ts';
import type { Landed, Mark } from '#shared/tools/index.ts';
import { comment, type JiraComment, property } from './answers.ts';
import { commentsFrom, rawComment } from './comments.ts';
import { differencesFrom, readFields } from './fields.ts';
import { type Entry, newestEntries } from './history.ts';
import { readArchived } from './issues.ts';
import { findLink } from './links.ts';
import { isMark, markKey } from './mark.ts';
import type { Myself } from './people.ts';
import { documentOf, sameText } from './text.ts';
import { commentOf, urlOf } from './tickets.ts';
import { readStatus } from './workflow.ts';

type Looking = { readonly reads: Reads; readonly site: string; readonly myself: () => Promise<Myself> };

type Of<K extends TicketWrite['kind']> = TicketWrite & { readonly kind: K };

/**
 * Whether a write took effect: by our mark where Jira keeps one, else by what its own record says that our account did.
 * A new ticket is looked for in Jira's index, which may be seconds behind.
 */
export async function looksLanded(looking: Looking, wanted: TicketWrite, mark: Mark): Promise<Landed> {
  switch (wanted.kind) {
    case 'create':
      return created(looking, wanted, mark);
    case 'update':
      return updated(looking, wanted, mark);
    case 'transition':
      return moved(looking, wanted, mark);
    case 'comment':
      return commented(looking, wanted, mark);
    case 'edit_comment':
      return reworded(looking, wanted);
    case 'link':
      return linked(looking, wanted, mark);
    case 'unlink': {
      const link = await looking.reads.get({ path: ['issueLink', wanted.id], answer: z.unknown() });
      return link === null ? landedAs({ id: wanted.id, key: null, url: null }) : 'not_found';
    }
    case 'archive':
    case 'unarchive': {
      const { id } = wanted.ticket;
      const [is, status] = await Promise.all([readArchived(looking.reads, id), readStatus(looking.reads, id)]);
      // No search finds what was deleted, either.
      if (status === null) return 'unclear';
      return is === (wanted.kind === 'archive') ? landedAs(wanted.ticket) : 'not_found';
    }
  }
}

const landedAs = ({ id, key, url }: Omit<Written, 'differs'>): Landed => ({ landed: { id, key, url, differs: [] } });

const marked = z.object({
  issues: z.array(z.object({ id: z.string(), properties: z.record(z.string(), z.unknown()).optional() })).default([]),
});

/** How many of the newest issues of our account are looked at. */
const newest = 100;

async function created({ reads, site }: Looking, { project, fields }: Of<'create'>, mark: Mark): Promise<Landed> {
  if (!/^\d{1,19}$/.test(project.id)) return 'not_found';
  const body = {
    jql: `project = ${project.id} AND creator = currentUser() ORDER BY created DESC`,
    ...{ fields: ['created'], properties: [markKey], maxResults: newest },
  };
  const found = await reads.query({ path: ['search', 'jql'], body, answer: marked });
  const ours = found?.issues.find(({ properties = {} }) => isMark(properties[markKey], mark));
  if (ours === undefined) return 'not_found';
  const now = await readFields(reads, ours.id, fields);
  if (now === null || differencesFrom(fields, now).length > 0) return 'unclear';
  return landedAs({ id: now.id, key: now.key, url: urlOf(site, now.key) });
}

/** The mark is written with the fields, in one request. */
async function updated({ reads }: Looking, { ticket, set }: Of<'update'>, mark: Mark): Promise<Landed> {
  const found = await reads.get({ path: ['issue', ticket.id, 'properties', markKey], answer: property });
  if (found === null || !isMark(found.value, mark)) return 'not_found';
  const now = await readFields(reads, ticket.id, set);
  return now !== null && differencesFrom(set, now).length === 0 ? landedAs(ticket) : 'unclear';
}

/** How far back the record is looked at. */
const entriesBack = 50;

/**
 * Before the write the ticket had the status that it goes on from: the newest move to another one tells. Where it has that
 * status, an older move of ours may be the one, which somebody took back.
 */
async function moved(
  { reads, myself }: Looking,
  { ticket, from, transition }: Of<'transition'>,
  mark: Mark,
): Promise<Landed> {
  const [status, { entries }, self] = await Promise.all([
    readStatus(reads, ticket.id),
    newestEntries(reads, ticket.id, { count: entriesBack }),
    myself(),
  ]);
  const about = ({ items }: Entry) => items.find(({ field }) => field === 'status');
  const isOurs = (entry: Entry): boolean => {
    const item = about(entry);
    return entry.author?.accountId === self.person.id && item?.from === from.id && item.to === transition.to.id;
  };
  const moves = entries.filter((entry) => about(entry) !== undefined);
  const [newest] = moves;
  const isNewest = newest !== undefined && isOurs(newest);
  if (isNewest && status?.id === transition.to.id) return landedAs(ticket);
  const isTakenBack = moves.some((entry) => isOurs(entry) && mayBeOf(mark, entry.created));
  return status?.id === from.id && !isNewest && !isTakenBack ? 'not_found' : 'unclear';
}

/** How many of the newest comments are looked at, a hundred at a time. */
const pagesBack = 5;
const perPage = 100;

async function commented(looking: Looking, { ticket, body, visibleTo }: Of<'comment'>, mark: Mark): Promise<Landed> {
  for (let page = 0; page < pagesBack; page += 1) {
    const start = page * perPage;
    const found = await commentsFrom(looking.reads, ticket.id, { start, count: perPage });
    const ours = await markedAmong(looking, found?.comments ?? [], mark);
    if (ours !== undefined) {
      const { url, visibleTo: seenBy } = commentOf(ticket, ours);
      const isIt = sameText(documentOf(ours.body), body) && seenBy === visibleTo;
      return isIt ? landedAs({ id: ours.id, key: null, url }) : 'unclear';
    }
    if (found === null || start + perPage >= found.total) return 'not_found';
  }
  return 'unclear';
}

const listed = z.object({ values: z.array(comment).default([]) });

/** Only this request of Jira's tells the properties of several comments. */
async function markedAmong({ reads, myself }: Looking, comments: readonly JiraComment[], mark: Mark) {
  const self = (await myself()).person.id;
  const ids = comments.filter(({ author }) => author?.accountId === self).map(({ id }) => Number(id));
  if (ids.length === 0) return undefined;
  const request = { path: ['comment', 'list'], query: { expand: 'properties' }, body: { ids }, answer: listed };
  const found = await reads.query(request);
  return found?.values.find(({ properties = [] }) =>
    properties.some(({ key, value }) => key === markKey && isMark(value, mark)),
  );
}

async function reworded({ reads, myself }: Looking, wanted: Of<'edit_comment'>): Promise<Landed> {
  const [found, self] = await Promise.all([rawComment(reads, wanted.ticket.id, wanted.comment.id), myself()]);
  if (found === null) return 'unclear';
  const text = documentOf(found.body);
  if (sameText(text, wanted.body) && found.updateAuthor?.accountId === self.person.id) {
    return landedAs({ id: found.id, key: null, url: wanted.comment.url });
  }
  return sameText(text, wanted.expect) ? 'not_found' : 'unclear';
}

async function linked({ reads, myself }: Looking, wanted: Of<'link'>, mark: Mark): Promise<Landed> {
  const [link, { entries }, self] = await Promise.all([
    findLink(reads, wanted),
    newestEntries(reads, wanted.outward.id, { count: entriesBack }),
    myself(),
  ]);
  const isOurs = entries.some(
    ({ author, created, items }) =>
      author?.accountId === self.person.id &&
      mayBeOf(mark, created) &&
      items.some(({ field, to }) => field === 'Link' && to === wanted.inward.key),
  );
  if (link === null) return isOurs ? 'unclear' : 'not_found';
  return isOurs ? landedAs({ id: link.id, key: null, url: null }) : 'unclear';
}
