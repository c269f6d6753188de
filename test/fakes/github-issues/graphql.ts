import { type DocumentNode, execute, type GraphQLError, Kind, parse, validate } from 'graphql';
import * as z from 'zod';
import { allows, canSee, type HubToken, named } from './credentials.ts';
import {
  fullName,
  type Hub,
  type HubComment,
  type HubEvent,
  type HubIssue,
  type HubRepository,
  type HubUser,
} from './hub.ts';
import { mutations } from './mutations.ts';
import { FieldRefusal } from './refusal.ts';
import { issuesSchema } from './schema.ts';
import { htmlUrl } from './views.ts';

export type Asking = { readonly hub: Hub; readonly token: HubToken; readonly self: HubUser; readonly base: string };

/** As documented: https://docs.github.com/en/graphql/guides/forming-calls-with-graphql */
const requestBody = z.strictObject({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() });

/** Whether a request changes something. */
export function isMutation(body: unknown): boolean {
  const { query } = requestBody.parse(body);
  return parse(query).definitions.some(
    (each) => each.kind === Kind.OPERATION_DEFINITION && each.operation === 'mutation',
  );
}

/** Validates a request against GitHub's schema and executes it. What is wrong with it is in the answer, as with GitHub. */
export async function answerGraphql(asking: Asking, body: unknown, types: boolean) {
  const { query, variables = {} } = requestBody.parse(body);
  const schema = issuesSchema({ types });
  const document: DocumentNode = parse(query);
  const problems = validate(schema, document);
  if (problems.length > 0)
    return { errors: problems.map(({ message }) => ({ message, extensions: { code: 'undefinedField' } })) };
  const { data, errors } = await execute({
    ...{ schema, document, variableValues: variables },
    rootValue: {
      ...queries(asking),
      ...mutations(
        asking,
        (issue) => issueView(asking, issue),
        (issue, comment) => commentView(asking, issue, comment),
      ),
    },
  });
  return { ...(data !== undefined && { data }), ...(errors && { errors: errors.map(shape) }) };
}

function shape({ path, message, originalError }: GraphQLError) {
  if (originalError instanceof FieldRefusal) return { type: originalError.type, path, message };
  if (originalError !== undefined && originalError.name !== 'GraphQLError') throw originalError;
  return { path, message };
}

const notFound = (what: string): FieldRefusal => new FieldRefusal('NOT_FOUND', `Could not resolve to ${what}.`);

function queries(asking: Asking) {
  const { hub, token } = asking;
  return {
    repository: ({ owner, name }: { owner: string; name: string }) => {
      const found = named(hub, owner, name)?.repository;
      if (!found || !canSee(token, found)) throw notFound(`a Repository with the name '${owner}/${name}'`);
      return repositoryView(asking, found);
    },
    node: ({ id }: { id: string }) => nodeOf(asking, id),
  };
}

function nodeOf(asking: Asking, id: string) {
  const { hub, token } = asking;
  const user = hub.users.find(({ node_id }) => node_id === id);
  if (user) return userView(user);
  for (const issue of hub.repositories.filter((one) => allows(token, one, 'read')).flatMap(({ issues }) => issues)) {
    if (issue.node_id === id) return issueView(asking, issue);
    const comment = issue.movedTo === null && issue.comments.find(({ node_id }) => node_id === id);
    if (comment) return commentView(asking, issue, comment);
  }
  throw notFound(`a node with the global id of '${id}'`);
}

/** GitHub leaves out in GraphQL what an App's login ends with elsewhere. */
const userView = ({ node_id: id, login, name, type }: HubUser) => ({
  ...{ __typename: type, id, login: login.replace(/\[bot\]$/, ''), name },
});

function repositoryView(asking: Asking, repository: HubRepository): object {
  const { id, node_id, types } = repository;
  return {
    ...{ __typename: 'Repository', id: node_id, databaseId: id, nameWithOwner: fullName(repository) },
    issueTypes: types.length === 0 ? null : { nodes: types, totalCount: types.length },
    issue: ({ number }: { number: number }) => {
      if (!allows(asking.token, repository, 'read'))
        throw new FieldRefusal('FORBIDDEN', 'Resource not accessible by integration');
      const found = repository.issues.find((each) => each.number === number && !each.isPull && each.movedTo === null);
      if (!found) throw notFound(`an Issue with the number of ${number}`);
      return issueView(asking, found);
    },
    assignableUsers: ({ query }: { query?: string | null }) => {
      const wanted = (query ?? '').toLowerCase();
      const users = asking.hub.users.filter(
        ({ login, name }) =>
          repository.people.get(login)?.assignable === true && `${login} ${name ?? ''}`.toLowerCase().includes(wanted),
      );
      return { nodes: users.map(userView), totalCount: users.length };
    },
  };
}

function issueView(asking: Asking, issue: HubIssue): object {
  return {
    ...{ __typename: 'Issue', id: issue.node_id, number: issue.number, title: issue.title, body: issue.body },
    ...{ url: htmlUrl(asking.base, issue), repository: () => repositoryView(asking, issue.repository) },
    comments: (args: LastPage) => lastPage(issue.comments, args, (one) => commentView(asking, issue, one)),
    timelineItems: ({ itemTypes, ...args }: LastPage & { itemTypes?: string[] | null }) => {
      const wanted = issue.events.filter(({ typename }) => itemTypes?.includes(enumOf(typename)) ?? true);
      return lastPage(wanted, args, (one) => eventView(asking, one));
    },
  };
}

/** `RenamedTitleEvent` is `RENAMED_TITLE_EVENT` among the types of items. */
const enumOf = (typename: string): string => typename.replace(/(?<!^)([A-Z])/g, '_$1').toUpperCase();

function eventView(asking: Asking, { typename, id, at, actor, about }: HubEvent): object {
  const { parent, ...others } = about;
  return {
    ...{ __typename: typename, id, createdAt: at, actor: userView(actor), ...others },
    ...('assignee' in about && { assignee: userView(about['assignee'] as HubUser) }),
    ...(parent !== undefined && { parent: () => issueView(asking, parent as HubIssue) }),
  };
}

function commentView(asking: Asking, issue: HubIssue, comment: HubComment): object {
  const { node_id: id, author, association, body, editor, createdAt, updatedAt } = comment;
  return {
    ...{ __typename: 'IssueComment', id, body, createdAt, updatedAt, authorAssociation: association },
    ...{
      url: `${htmlUrl(asking.base, issue)}#issuecomment-${id}`,
      author: userView(author),
      editor: editor && userView(editor),
    },
    ...{ issue: () => issueView(asking, issue), repository: () => repositoryView(asking, issue.repository) },
  };
}

type LastPage = { readonly last?: number | null; readonly before?: string | null };

function lastPage<T>(all: readonly T[], { last, before }: LastPage, view: (one: T) => object) {
  if (last == null)
    throw new FieldRefusal('MISSING_PAGINATION_BOUNDARIES', 'You must provide a `first` or `last` value.');
  if (last > 100)
    throw new FieldRefusal('EXCESSIVE_PAGINATION', `Requesting ${last} records exceeds the limit of 100.`);
  const end = before == null ? all.length : cursorIn(before);
  const start = Math.max(0, end - last);
  const nodes = all.slice(start, end);
  const pageInfo = {
    hasPreviousPage: start > 0,
    hasNextPage: end < all.length,
    startCursor: nodes.length > 0 ? cursorAt(start) : null,
  };
  return { nodes: nodes.map(view), pageInfo, totalCount: all.length };
}

const cursorAt = (index: number): string => Buffer.from(`cursor:${index}`).toString('base64');

function cursorIn(cursor: string): number {
  const [, index] = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString()) ?? [];
  if (index === undefined)
    throw new FieldRefusal('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(index);
}
