import type { CommentAudience, FieldValues, TicketRef } from '#capabilities/ticket/types.ts';
import { type ProjectRow, visibleProjectByKey } from '../read/access.ts';
import { readComment } from '../read/comments.ts';
import { customOf } from '../read/fields.ts';
import { fieldsOfType, findAssignable, priorities, readProject, typesOf } from '../read/projects.ts';
import { projectRef, refOf, type TicketRow, type View } from '../read/refs.ts';
import { idOfKey, linkTypes, readTicket } from '../read/tickets.ts';
import { transitionsFrom } from '../read/transitions.ts';
import { numberOf } from '../tracker/ids.ts';
import type { Tracker } from '../tracker/tracker.ts';
import type { Writing } from '../write/open-ticket.ts';
import { perform } from '../write/perform.ts';
import { moveTicket } from './move.ts';

/** Fields as people give them: by names. */
export type GivenFields = {
  readonly title?: string;
  readonly description?: string | null;
  readonly labels?: readonly string[];
  /** User names. */
  readonly assignees?: readonly string[];
  readonly priority?: string | null;
  /** The key of a ticket. */
  readonly parent?: string | null;
  readonly due?: string | null;
  readonly custom?: Readonly<Record<string, string | null>>;
};

/** What somebody does with tickets, each in a transaction of its own. Throws `NotDone` where they cannot. */
export type Hands = {
  /** Answers the new ticket's key. */
  readonly create: (project: string, type: string, fields: GivenFields & { readonly title: string }) => string;
  readonly edit: (key: string, fields: GivenFields) => void;
  /** By the name of the transition. */
  readonly transition: (key: string, name: string) => void;
  /** Answers the comment's id. */
  readonly comment: (key: string, text: string, visibleTo?: CommentAudience) => string;
  readonly editComment: (key: string, id: string, text: string) => void;
  /** `words`: as the kind of link says it of the first ticket, such as `blocks`. */
  readonly link: (key: string, words: string, other: string) => void;
  readonly archive: (key: string) => void;
  readonly unarchive: (key: string) => void;
  /** Answers the key that the ticket has there; the old one leads on to it. */
  readonly move: (key: string, project: string) => string;
};

/** @param login the user name of whoever does it. Throws where there is none of that name. */
export function handsOf(tracker: Tracker, login: string, now: () => number = tracker.now): Hands {
  const person = tracker.one<{ id: number }>('select id from person where login = ?', login);
  if (person === undefined) throw new Error(`there is nobody called ${login}`);
  const view: View = { sql: tracker, origin: tracker.origin, self: person.id };
  const doing = <T>(work: (writing: Writing) => T): T =>
    tracker.write(() => work({ tracker, actor: { person: person.id, changeId: null }, at: now() }));
  const at = (key: string): TicketRef => found(refOf(view, idOfKey(tracker, key)), key);
  const rowAt = (key: string): TicketRow =>
    found(tracker.one<TicketRow>('select * from ticket where id = ?', idOfKey(tracker, key)), key);
  return {
    create: (project, type, { title, ...fields }) =>
      doing((writing) => {
        const where = found(visibleProjectByKey(tracker, project, person.id), project);
        const kind = named(typesOf(tracker, where.id), type);
        const custom = fieldsOfType(tracker, numberOf(kind.id)).map((field) => ({ ...field, value: null }));
        const values = { ...valuesOf(view, where, custom, fields), title };
        return perform(writing, { kind: 'create', project: projectRef(where), type: kind, fields: values }).key ?? '';
      }),
    edit: (key, fields) =>
      doing((writing) => {
        const ticket = at(key);
        const where = found(visibleProjectByKey(tracker, ticket.project.key, person.id), key);
        const set = valuesOf(view, where, customOf(tracker, rowAt(key)), fields);
        perform(writing, { kind: 'update', ticket, expect: {}, set });
      }),
    transition: (key, name) =>
      doing((writing) => {
        const [ticket, row] = [at(key), rowAt(key)];
        const transition = named(transitionsFrom(tracker, row, row.status), name);
        const { status: from } = found(readTicket(view, row.id), key);
        perform(writing, { kind: 'transition', ticket, from, transition });
      }),
    comment: (key, text, visibleTo = 'team') =>
      doing((writing) => {
        const body = { format: 'markdown' as const, text };
        return perform(writing, { kind: 'comment', ticket: at(key), body, visibleTo }).id;
      }),
    editComment: (key, id, text) =>
      doing((writing) => {
        const comment = found(readComment(view, at(key), id), id);
        const body = { format: 'markdown' as const, text };
        perform(writing, { kind: 'edit_comment', ticket: at(key), comment, expect: comment.body, body });
      }),
    link: (key, words, other) =>
      doing((writing) => {
        const type = linkTypes(tracker).find(({ outward, inward }) => outward === words || inward === words);
        const [one, two] = [at(key), at(other)];
        const ends = type?.outward === words ? { outward: one, inward: two } : { outward: two, inward: one };
        perform(writing, { kind: 'link', type: found(type, words), ...ends });
      }),
    archive: (key) => doing((writing) => void perform(writing, { kind: 'archive', ticket: at(key) })),
    unarchive: (key) => doing((writing) => void perform(writing, { kind: 'unarchive', ticket: at(key) })),
    move: (key, project) =>
      doing((writing) => moveTicket(writing, at(key), found(readProject(view, project), project))),
  };
}

function found<T>(thing: T | null | undefined, name: string): T {
  if (thing === null || thing === undefined) throw new Error(`there is no ${name}`);
  return thing;
}

function named<T extends { readonly name: string }>(all: readonly T[], name: string): T {
  return found(
    all.find((each) => each.name === name),
    name,
  );
}

/** Names turned into what they stand for. */
function valuesOf(
  view: View,
  project: ProjectRow,
  fields: Required<FieldValues>['custom'],
  { title, description, labels, assignees, priority, parent, due, custom }: GivenFields,
): FieldValues {
  const where = projectRef(project);
  const markdown = (text: string) => ({ format: 'markdown' as const, text });
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description: description === null ? null : markdown(description) }),
    ...(labels !== undefined && { labels: [...labels].sort() }),
    ...(assignees !== undefined && {
      assignees: assignees.map((login) => found(findAssignable(view, where, login), login)),
    }),
    ...(priority !== undefined && { priority: priority === null ? null : named(priorities(view.sql), priority) }),
    ...(parent !== undefined && {
      parent: parent === null ? null : found(refOf(view, idOfKey(view.sql, parent)), parent),
    }),
    ...(due !== undefined && { due }),
    ...(custom !== undefined && {
      custom: Object.entries(custom).map(([name, value]) => {
        const { id, kind } = named(fields, name);
        return { id, name, kind, value };
      }),
    }),
  };
}
