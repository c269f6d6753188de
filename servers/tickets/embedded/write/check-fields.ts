import type { CustomValue, FieldValues } from '#capabilities/ticket/types.ts';
import type { CustomField } from '#capabilities/ticket-read/ports.ts';
import type { Sql } from '#shared/sqlite/sql.ts';
import { foldCase } from '#shared/tools/fold.ts';
import { limits } from '../limits.ts';
import { isAssignable } from '../read/projects.ts';
import { visibleTicket } from '../read/refs.ts';
import { numberOf } from '../tracker/ids.ts';
import { refused, viewOf, type Writing } from './open-ticket.ts';

type Place = {
  readonly project: number;
  /** The ticket that is written; null for one that is still to be made. */
  readonly ticket: number | null;
  /** The fields that its type has. */
  readonly custom: readonly CustomField[];
};

/** Throws `NotDone` refused for the first value that a ticket cannot have. */
export function assertFields(writing: Writing, place: Place, values: FieldValues): void {
  const { title, description, labels, assignees, priority, parent, custom } = values;
  const { tracker } = writing;
  if (title !== undefined) assertTitle(title);
  if (description) assertText(description.text);
  if (labels !== undefined) assertLabels(labels);
  if (assignees !== undefined) {
    if (assignees.length > limits.assignees)
      throw refused(`A ticket is assigned to ${limits.assignees} people at most.`);
    const stranger = assignees.some(({ id }) => !isAssignable(tracker, place.project, numberOf(id)));
    if (stranger) throw refused('The ticket is assigned to somebody who does not work in its project.');
  }
  if (priority && tracker.one('select 1 from priority where id = ?', numberOf(priority.id)) === undefined) {
    throw refused('There is no such priority.');
  }
  if (parent) assertParent(writing, place, numberOf(parent.id));
  for (const value of custom ?? []) assertCustom(place.custom, value);
}

const isOneLine = (text: string): boolean => !/[\r\n\0]/.test(text);

function assertTitle(title: string): void {
  if (title.trim() === '' || !isOneLine(title)) throw refused('The title has to be one line that is not empty.');
  if (title.length > limits.title) throw refused(`The title is longer than ${limits.title} characters.`);
}

/** A text of a ticket or comment. */
export function assertText(text: string): void {
  if (text.length > limits.text) throw refused(`The text is longer than ${limits.text} characters.`);
  if (text.includes('\0')) throw refused('The text has a character that is none, U+0000.');
}

function assertLabels(labels: readonly string[]): void {
  const wrong = labels.some((label) => label.trim() !== label || label === '' || !isOneLine(label));
  if (wrong || labels.some((label) => label.length > limits.label)) throw refused('A label is no single short line.');
  if (labels.length > limits.labels) throw refused(`A ticket has ${limits.labels} labels at most.`);
  if (new Set(labels.map(foldCase)).size !== labels.length) throw refused('A label is there twice.');
}

function assertParent(writing: Writing, { ticket }: Place, parent: number): void {
  if (visibleTicket(viewOf(writing), parent) === null) throw refused('There is no such parent ticket.');
  if (ticket !== null && isBelow(writing.tracker, parent, ticket))
    throw refused('A ticket cannot be a part of itself.');
}

/** Whether a ticket is another one or one of its parts, however deep. */
function isBelow(sql: Sql, ticket: number, above: number): boolean {
  const walk = `with recursive up (id) as (select ? union select parent from ticket join up on ticket.id = up.id)
    select 1 from up where id = ?`;
  return sql.one(walk, ticket, above) !== undefined;
}

const forms = {
  number: /^-?(0|[1-9]\d{0,14})(\.\d{1,10})?$/,
  date: /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/,
} as const;

function assertCustom(fields: readonly CustomField[], { id, name, value }: CustomValue): void {
  const field = fields.find((each) => each.id === id);
  if (field === undefined) throw refused(`Tickets of this type have no field ${JSON.stringify(name)}.`);
  const called = `The field ${JSON.stringify(field.name)}`;
  if (value === null) {
    if (field.required) throw refused(`${called} must not be empty.`);
    return;
  }
  if (field.kind === 'text') assertText(value);
  else if (field.kind === 'option' && !field.options.includes(value)) throw refused(`${called} has no such option.`);
  else if ((field.kind === 'number' || field.kind === 'date') && !forms[field.kind].test(value)) {
    throw refused(`${called} takes a ${field.kind} only.`);
  }
}

/** Throws `NotDone` refused where a field that a new ticket needs is not given. */
export function assertRequired(fields: readonly CustomField[], custom: readonly CustomValue[]): void {
  const missing = fields.find(
    ({ id, required }) => required && !custom.some((each) => each.id === id && each.value !== null),
  );
  if (missing) throw refused(`The field ${JSON.stringify(missing.name)} must be given for a ticket of this type.`);
}
