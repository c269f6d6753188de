import * as z from 'zod';
import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite, TicketWriter, Written } from '#capabilities/ticket-write/ports.ts';
import type { Reads, Send } from '#shared/atlassian/transport.ts';
import type { Mark } from '#shared/tools/index.ts';
import { comment, nothing } from './answers.ts';
import { inDoubt, notDone, writeError } from './errors.ts';
import { differencesFrom, readFields, sentChange, sentFields } from './fields.ts';
import { findLink, sentLink } from './links.ts';
import { markProperty } from './mark.ts';
import { assertExpected } from './precondition.ts';
import { documentOf, sameText, sentOf } from './text.ts';
import { urlOf } from './tickets.ts';
import { readStatus } from './workflow.ts';

const made = z.object({ id: z.string(), key: z.string() });
const archiving = z.object({ numberOfIssuesUpdated: z.number().default(0) });

/** What a writer has: reads and writes go with the one token that can write. */
type Writing = { readonly reads: Reads; readonly send: Send; readonly site: string };

/** Writes to one ticket of Jira, or makes one in one project. Each write is one request that changes something. */
export function jiraWriter({ target, ...writing }: Writing & { readonly target: TicketTarget }): TicketWriter {
  const send: Send = (request) =>
    writing.send(request).catch((error: unknown) => {
      throw writeError(error);
    });
  return {
    write: async (wanted, mark) => {
      const perform = planned({ ...writing, send }, wanted, mark);
      await assertExpected(writing.reads, wanted, target);
      return perform();
    },
  };
}

type Perform = () => Promise<Written>;

/** Makes the request before anything is read, so that what cannot be sent is refused first. */
function planned(writing: Writing, wanted: TicketWrite, mark: Mark): Perform {
  try {
    return performing(writing, wanted, mark);
  } catch (error) {
    throw error instanceof RangeError ? notDone('refused', error) : error;
  }
}

function performing(writing: Writing, wanted: TicketWrite, mark: Mark): Perform {
  switch (wanted.kind) {
    case 'create':
      return creating(writing, wanted, mark);
    case 'update':
      return updating(writing, wanted, mark);
    case 'transition':
      return moving(writing, wanted);
    case 'comment':
      return commenting(writing, wanted, mark);
    case 'edit_comment':
      return rewording(writing, wanted);
    case 'link':
      return linking(writing, wanted);
    case 'unlink':
      return unlinking(writing, wanted);
    case 'archive':
    case 'unarchive':
      return archived(writing, wanted);
  }
}

type Of<K extends TicketWrite['kind']> = TicketWrite & { readonly kind: K };

function creating({ reads, send, site }: Writing, { project, type, fields }: Of<'create'>, mark: Mark): Perform {
  const body = {
    fields: { ...sentFields(fields), project: { id: project.id }, issuetype: { id: type.id } },
    properties: [markProperty(mark)],
  };
  return async () => {
    const { id, key } = await send({ method: 'POST', path: ['issue'], body, answer: made });
    const now = await readFields(reads, id, fields).catch(notReadBack);
    return { id, key, url: urlOf(site, key), differs: now ? differencesFrom(fields, now) : notReadBack('it is gone') };
  };
}

function updating({ reads, send }: Writing, { ticket, expect, set }: Of<'update'>, mark: Mark): Perform {
  const body = { ...sentChange(expect, set), properties: [markProperty(mark)] };
  return async () => {
    await send({ method: 'PUT', path: ['issue', ticket.id], body, answer: nothing });
    const now = await readFields(reads, ticket.id, set).catch(notReadBack);
    return { ...ticketWritten(ticket), differs: now ? differencesFrom(set, now) : notReadBack('it is gone') };
  };
}

function moving({ reads, send }: Writing, { ticket, transition }: Of<'transition'>): Perform {
  const body = { transition: { id: transition.id } };
  return async () => {
    await send({ method: 'POST', path: ['issue', ticket.id, 'transitions'], body, answer: nothing });
    const now = await readStatus(reads, ticket.id).catch(notReadBack);
    return { ...ticketWritten(ticket), differs: now?.id === transition.to.id ? [] : ['status'] };
  };
}

/** In a project with customers, a comment is theirs too unless it is said to be internal. */
const internal = { key: 'sd.public.comment', value: { internal: true } };

function commenting({ send }: Writing, { ticket, body, visibleTo }: Of<'comment'>, mark: Mark): Perform {
  const forTeam = ticket.project.customers && visibleTo === 'team';
  const sent = { body: sentOf(body), properties: [markProperty(mark), ...(forTeam ? [internal] : [])] };
  return async () => {
    const path = ['issue', ticket.id, 'comment'];
    const found = await send({ method: 'POST', path, body: sent, answer: comment });
    const url = `${ticket.url}?focusedCommentId=${encodeURIComponent(found.id)}`;
    return { id: found.id, key: null, url, differs: sameText(documentOf(found.body), body) ? [] : ['body'] };
  };
}

function rewording({ send }: Writing, wanted: Of<'edit_comment'>): Perform {
  const { ticket, body } = wanted;
  const { id, url } = wanted.comment;
  // What is not sent stays as it is: who sees it, and our mark.
  const sent = { body: sentOf(body) };
  return async () => {
    const path = ['issue', ticket.id, 'comment', id];
    const found = await send({ method: 'PUT', path, body: sent, answer: comment });
    return { id, key: null, url, differs: sameText(documentOf(found.body), body) ? [] : ['body'] };
  };
}

function linking({ reads, send }: Writing, wanted: Of<'link'>): Perform {
  return async () => {
    await send({ method: 'POST', path: ['issueLink'], body: sentLink(wanted), answer: nothing });
    // Jira does not say what the link is called.
    const found = await findLink(reads, wanted).catch(notReadBack);
    return { id: found?.id ?? notReadBack('it is gone'), key: null, url: null, differs: [] };
  };
}

function unlinking({ send }: Writing, { id }: Of<'unlink'>): Perform {
  return async () => {
    await send({ method: 'DELETE', path: ['issueLink', id], answer: nothing });
    return { id, key: null, url: null, differs: [] };
  };
}

function archived({ send }: Writing, { kind, ticket }: Of<'archive' | 'unarchive'>): Perform {
  const body = { issueIdsOrKeys: [ticket.id] };
  return async () => {
    const { numberOfIssuesUpdated: count } = await send({
      method: 'PUT',
      path: ['issue', kind],
      body,
      answer: archiving,
    });
    if (count < 1) throw notDone('refused', new Error('Jira says that it changed no issue'));
    return { ...ticketWritten(ticket), differs: [] };
  };
}

const ticketWritten = ({ id, key, url }: Of<'update'>['ticket']) => ({ id, key, url });

/** It was done, but not how it looks now: it is looked for once more. */
function notReadBack(cause: unknown): never {
  throw inDoubt(cause);
}
