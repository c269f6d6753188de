import * as z from 'zod';
import type { FieldValues, TicketRef } from '#capabilities/ticket/types.ts';
import type { Written } from '#capabilities/ticket-write/ports.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { inDoubt, notDone, readError, writeError } from '#shared/github/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import type { SendGraphql } from '#shared/github/graphql.ts';
import { noRepository } from '#shared/github/names.ts';
import { rest, restOrMoved } from '#shared/github/rest.ts';
import { isStatus, parsedAnswer, type Via } from '#shared/github/session.ts';
import { NotDone } from '#shared/tools/index.ts';
import { parseTicketId } from '../ids.ts';
import { isPullRequest, type RestIssue, repositoryOf, restIssue } from '../issue.ts';
import type { Repositories, Repository } from '../repositories.ts';

/** What a write is made with: a token for the one repository, and what may not be paced or counted. */
export type Writing = {
  readonly endpoints: Endpoints;
  /** The repository that the token is for. */
  readonly at: Repository;
  /** Others, as they are read: where a parent or the other end of a link is. */
  readonly repositories: Repositories;
  /** With the token, for what is read right before and after. */
  readonly via: Via;
  /** With the token, for the one request that changes something; counted among GitHub's allowances. */
  readonly changing: () => { readonly graphql: SendGraphql; readonly via: Via };
  readonly graphql: SendGraphql;
};

/** A refusal in our words: nothing was done. */
export const refused = (message: string): NotDone => new NotDone('refused', `${message} Nothing was done.`);

/** GitHub takes 65,536 characters; our mark before a text needs some of them. */
export const maxText = 65_536 - 256;

/** Throws `NotDone` for a text that would not have room beside our mark. */
export function assertFits(text: string): void {
  if (text.length > maxText) throw refused(`The text has more than the ${maxText} characters that GitHub takes.`);
}

/** Throws `NotDone` for a field that issues do not have. */
export function assertWritable({ priority, due, custom }: FieldValues): void {
  if (priority !== undefined || due !== undefined || custom !== undefined) {
    throw refused('Issues of GitHub have no priority, no due date and no fields of a project.');
  }
}

/** The issue as it is right now, by the token that writes. Throws `NotDone` where it is not there any more. */
export async function issueNow({ via, at }: Writing, ticket: TicketRef): Promise<RestIssue> {
  const id = parseTicketId(ticket.id);
  if (id === null || String(id.repositoryId) !== at.project.id)
    throw refused(`${ticket.key} is of another repository.`);
  const { owner, name } = at.session;
  const answer = await restOrMoved(via, ['repos', owner, name, 'issues', String(id.number)]).catch(notRead);
  if (answer === null || 'moved' in answer) throw notDone('stale', new Error('the issue is not there any more'));
  const issue = parsedAnswer(restIssue, answer.data);
  if (isPullRequest(issue)) throw refused(`${ticket.key} is a pull request.`);
  if (repositoryOf(issue)?.toLowerCase() !== at.project.key.toLowerCase()) {
    throw notDone('stale', new Error('the repository has another name by now'));
  }
  return issue;
}

/** A GET below the repository, by the token that writes; null where there is nothing. */
export async function getNow<T>({ via, at }: Writing, path: readonly string[], data: z.ZodType<T>): Promise<T | null> {
  const { owner, name } = at.session;
  const answer = await rest(via, 'GET', ['repos', owner, name, ...path]).catch(notRead);
  return answer === null ? null : parsedAnswer(data, answer);
}

function notRead(error: unknown): null {
  const failure = failureOf(error);
  if (isStatus(failure, 404) || isStatus(failure, 410)) return null;
  throw unread(error);
}

/** What could not be read before a write: nothing was written then. */
export function unread(error: unknown): NotDone {
  if (error instanceof NotDone) return error;
  const failure = failureOf(error);
  const { code } = readError(error, noRepository);
  if (code === 'not_found') return notDone('stale', failure.said);
  // A token that was minted a moment ago may not be known everywhere at GitHub yet.
  return notDone(code === 'backend_refused' && !isStatus(failure, 401) ? 'refused' : 'unavailable', failure.said);
}

/**
 * Sends one mutation with the one variable `$input` and parses what it answers. Throws `NotDone` where the answer proves
 * that nothing happened, any other error where it does not.
 */
export async function mutate<T>(
  { changing }: Writing,
  { name, selection, answer }: { readonly name: string; readonly selection: string; readonly answer: z.ZodType<T> },
  input: Readonly<Record<string, unknown>>,
): Promise<T> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  const document = `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} } }`;
  const { graphql } = changing();
  const said = await graphql(document, { input }).catch((error: unknown) => {
    throw writeError(error, name);
  });
  const parsed = z.object({ [name]: answer }).safeParse(said);
  if (!parsed.success) throw inDoubt(parsed.error);
  return parsed.data[name] as T;
}

/** What a write to a ticket answers. */
export const ofTicket = ({ id, key, url }: TicketRef, differs: readonly string[]): Written => ({
  id,
  key,
  url,
  differs,
});

/**
 * What was written, read back by the same token. Where that fails, nobody knows what is there now: the write counts as in
 * doubt and is looked for.
 */
export async function readBack<T>(read: () => Promise<T>): Promise<T> {
  return read().catch((error: unknown) => {
    throw inDoubt(error);
  });
}
