import type {
  FieldName,
  LinkType,
  Named,
  Person,
  ProjectRef,
  Status,
  TicketComment,
  TicketDocument,
  TicketRef,
} from '#capabilities/ticket/types.ts';
import type { Ticket, TicketBackend, TicketLink, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import type {
  LinearComment,
  LinearIssue,
  LinearRef,
  LinearState,
  LinearSummary,
  LinearTeam,
} from './documents/shapes.ts';
import { authorOf, personOf } from './people.ts';

/** Linear's issues have no types, and this is what they are called here. */
export const issueType: Named = { id: 'issue', name: 'Issue' };

/** https://linear.app/docs/priority; 0 is none. */
export const priorities: readonly Named[] = [
  { id: '1', name: 'Urgent' },
  { id: '2', name: 'High' },
  { id: '3', name: 'Medium' },
  { id: '4', name: 'Low' },
];

const fields: readonly FieldName[] = ['title', 'description', 'labels', 'assignees', 'priority', 'parent', 'due'];

export const linearBackend: TicketBackend = {
  name: 'Linear',
  documents: 'markdown',
  lacks: [],
  fields,
  maxAssignees: 1,
  // Linear publishes no limit. What is too long for it, it refuses itself.
  maxText: 1_000_000,
  once: false,
};

/** Where a relation points; `duplicate` and `similar` are read but not written, see docs/tickets.md. */
const relationTypes: Readonly<Record<string, LinkType>> = {
  blocks: { id: 'blocks', outward: 'blocks', inward: 'is blocked by' },
  related: { id: 'related', outward: 'relates to', inward: 'relates to' },
  duplicate: { id: 'duplicate', outward: 'duplicates', inward: 'is duplicated by' },
  similar: { id: 'similar', outward: 'is similar to', inward: 'is similar to' },
};
const written = ['blocks', 'related'] as const;

export const linkTypes: readonly LinkType[] = written.flatMap((id) => relationTypes[id] ?? []);

/** Whether relations of a type are made and removed here. */
export const isWritten = (type: string): type is (typeof written)[number] => written.some((id) => id === type);

const todo: ReadonlySet<string> = new Set(['triage', 'backlog', 'unstarted']);

export function statusOf({ id, name, type }: LinearState): Status {
  const open = todo.has(type) ? 'todo' : 'in_progress';
  return { id, name, category: closed.has(type) ? 'done' : open };
}

const closed: ReadonlySet<string> = new Set(['completed', 'canceled', 'duplicate']);

/** The types of states that a category is made of. */
export const stateTypes: Readonly<Record<Status['category'], readonly string[]>> = {
  todo: [...todo],
  in_progress: ['started'],
  done: [...closed],
};

/** A team. One that is not private is open to everybody of the workspace. */
export function projectOf({ id, key, name, visibility }: LinearTeam): ProjectRef {
  return { id, key, name, audience: visibility === 'public' ? 'internal' : 'private', customers: false };
}

function refOf({ id, identifier, url, team }: LinearRef): TicketRef {
  return { id, key: identifier, url, project: projectOf(team) };
}

/** Linear takes an empty text and none for the same. */
const documentOf = (text: string | null): TicketDocument | null =>
  text === null || text === '' ? null : { format: 'markdown', text };

export const priorityOf = (value: number): Named | null => priorities.find(({ id }) => id === String(value)) ?? null;

/** The assignee, and the application that the issue is delegated to; sorted by id. */
function assigneesOf({ assignee, delegate }: Pick<LinearSummary, 'assignee' | 'delegate'>): readonly Person[] {
  const both = [assignee, delegate].flatMap((user) => (user === null ? [] : [personOf(user)]));
  const unique = both.filter(({ id }, index) => both.findIndex((other) => other.id === id) === index);
  return unique.sort((one, other) => (one.id < other.id ? -1 : 1));
}

const labelsOf = ({ labels }: Pick<LinearSummary, 'labels'>): readonly string[] =>
  [...new Set(labels.nodes.map(({ name }) => name))].sort();

export function summaryOf(issue: LinearSummary): TicketSummary {
  const { title, createdAt, updatedAt, archivedAt, state, creator, botActor, externalUserCreator, priority } = issue;
  return {
    ...refOf(issue),
    ...{ type: issueType, title, status: statusOf(state), labels: labelsOf(issue), assignees: assigneesOf(issue) },
    reporter: authorOf({ user: creator, bot: botActor, external: externalUserCreator }),
    priority: priorityOf(priority),
    archived: archivedAt !== null,
    ...{ createdAt, updatedAt },
  };
}

export function ticketOf(issue: LinearIssue): Ticket {
  return {
    ...summaryOf(issue),
    description: documentOf(issue.description),
    parent: issue.parent === null ? null : refOf(issue.parent),
    due: issue.dueDate,
    custom: [],
    links: linksOf(issue),
    comments: null,
  };
}

export function linksOf({ relations, inverseRelations }: LinearIssue): readonly TicketLink[] {
  const outward = relations.nodes.map(
    ({ id, type, relatedIssue }) => ({ id, type, end: 'outward', other: relatedIssue }) as const,
  );
  const inward = inverseRelations.nodes.map(
    ({ id, type, issue }) => ({ id, type, end: 'inward', other: issue }) as const,
  );
  return [...outward, ...inward].flatMap(({ id, type, end, other }) => {
    const known = relationTypes[type];
    return known === undefined ? [] : [{ id, type: known, end, other: { ...refOf(other), title: other.title } }];
  });
}

/** What is said in a thread that is joined with mail, a chat or another tracker is read there too. */
export function commentOf(comment: LinearComment): TicketComment {
  const { id, url, body, user, botActor, externalUser, externalThread, parent, createdAt, updatedAt } = comment;
  const outside = externalThread !== null || (parent?.externalThread ?? null) !== null || externalUser !== null;
  return {
    ...{ id, url, author: authorOf({ user, bot: botActor, external: externalUser }) },
    body: { format: 'markdown', text: body },
    visibleTo: outside ? 'customers' : 'team',
    ...{ createdAt, updatedAt },
  };
}
