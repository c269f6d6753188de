import { listed } from '#capabilities/common/listed.ts';
import { newDocument } from '#capabilities/ticket/document.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import {
  type FieldName,
  type FieldValues,
  fieldNames,
  type Person,
  type TicketDocument,
} from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import { resolveCustom } from './custom.ts';
import type { WantedFields } from './input.ts';
import type { LookedUp } from './look-up.ts';

type Resolving = {
  readonly found: LookedUp;
  /** Brings a new text into the form of the backend; a new document unless given. */
  readonly description?: (text: string) => TicketDocument;
  /** The answer for a parent that is not there: the same as for one outside what is granted. */
  readonly absent: () => AppError;
};

/** What a call wants in terms of the backend, each name brought to what it stands for. Throws AppError where one stands for nothing. */
export function resolveFields(wanted: WantedFields, { found, description, absent }: Resolving): FieldValues {
  assertKnown(wanted, found);
  const { title, labels, due } = wanted;
  return {
    ...(title !== undefined && { title: title.trim() }),
    ...(wanted.description !== undefined && { description: describe(wanted.description, found, description) }),
    ...(labels !== undefined && { labels: labelsOf(labels, found) }),
    ...(wanted.assignees !== undefined && { assignees: peopleOf(found) }),
    ...(wanted.priority !== undefined && { priority: priorityOf(wanted.priority, found) }),
    ...(wanted.parent !== undefined && { parent: parentOf(wanted.parent, found, absent) }),
    ...(due !== undefined && { due }),
    ...(wanted.fields !== undefined && { custom: [...resolveCustom(wanted.fields, found)] }),
  };
}

function labelsOf(wanted: readonly string[], { unknownLabels = [] }: LookedUp): string[] {
  if (unknownLabels.length === 0) return sortedLabels(wanted);
  throw new AppError('invalid_arguments', `There is no label ${listed(unknownLabels)} here, and none is made.`, {
    next: 'Give labels that are there, spelled as get_ticket and search_tickets show them, or ask a person to make them.',
  });
}

/** Of one name in several spellings the first counts. */
export function sortedLabels(labels: readonly string[]): string[] {
  const different = labels.filter((label, index) => labels.findIndex((each) => sameName(each, label)) === index);
  return different.toSorted();
}

function assertKnown(wanted: WantedFields, { backend }: LookedUp): void {
  const lacking = fieldNames.filter((name: FieldName) => wanted[name] !== undefined && !backend.fields.includes(name));
  if (lacking.length > 0)
    throw new AppError('unsupported', `Tickets of ${backend.name} have no ${lacking.join(', no ')}.`);
}

function describe(
  text: string | null,
  { backend }: LookedUp,
  inForm = (markdown: string): TicketDocument => newDocument(backend.documents, markdown),
): TicketDocument | null {
  // Before it is taken apart, too: that takes the longer the more there is.
  assertFits(text ?? '', backend);
  const document = inForm(text ?? '');
  assertFits(document.text, backend);
  return document.text.trim() === '' ? null : document;
}

/** Throws AppError `too_large`. */
export function assertFits(text: string, { name, maxText }: Pick<LookedUp['backend'], 'name' | 'maxText'>): void {
  if (text.length <= maxText) return;
  throw new AppError('too_large', `A description has at most ${maxText} characters in ${name}.`);
}

function peopleOf({ people, backend }: LookedUp): Person[] {
  const nobody = people.filter(({ found }) => found === null).map(({ who }) => who);
  if (nobody.length > 0) {
    throw new AppError('invalid_arguments', `No one person who can be assigned here is called ${listed(nobody)}.`, {
      next: 'Give the e-mail address or the full name of somebody who works on the project.',
    });
  }
  const found = people.flatMap((each) => each.found ?? []);
  const different = found.filter(({ id }, index) => found.findIndex((each) => each.id === id) === index);
  if (different.length > backend.maxAssignees) {
    const most = backend.maxAssignees === 1 ? 'one person' : `${backend.maxAssignees} people`;
    throw new AppError('unsupported', `A ticket of ${backend.name} is assigned to ${most} at most.`);
  }
  return different.toSorted((one, other) => (one.id < other.id ? -1 : 1));
}

function priorityOf(wanted: string | null, { priorities }: LookedUp): (FieldValues['priority'] & {}) | null {
  if (wanted === null) return null;
  const found = priorities.find(({ name }) => sameName(name, wanted));
  if (found) return found;
  const names = priorities.map(({ name }) => name);
  throw new AppError('invalid_arguments', `There is no priority ${JSON.stringify(wanted)}; there is ${listed(names)}.`);
}

function parentOf(
  wanted: string | null,
  { parent }: LookedUp,
  absent: () => AppError,
): (FieldValues['parent'] & {}) | null {
  if (wanted === null) return null;
  if (parent === null) throw absent();
  if (parent.archived) throw new AppError('conflict', `${parent.ref.key} is archived: nothing can be put under it.`);
  return parent.ref;
}
