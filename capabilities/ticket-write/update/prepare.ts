import { applyEdits, type Edit } from '#capabilities/common/edits.ts';
import { noTicket } from '#capabilities/ticket/asks.ts';
import { editedDocument, newDocument } from '#capabilities/ticket/document.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import type { TicketDocument } from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import type { WantedFields } from '../fields/input.ts';
import type { LookedUp } from '../fields/look-up.ts';
import { assertFits, resolveFields, sortedLabels } from '../fields/resolve.ts';
import { keysOf, pick, sameField } from '../fields/values.ts';
import { assertNotArchived } from '../tool.ts';
import type { UpdatePlan, UpdateState } from './plan.ts';

/** What a call wants of a ticket: whole fields, or parts of them. */
export type WantedUpdate = WantedFields & {
  readonly ticket: string;
  readonly expected_version?: string | undefined;
  readonly description_edits?: readonly Edit[] | undefined;
  readonly add_labels?: readonly string[] | undefined;
  readonly remove_labels?: readonly string[] | undefined;
};

/** The same in whole fields, as far as labels go. */
export function wholeFields(wanted: WantedUpdate, labels: readonly string[]): WantedFields {
  const { add_labels: add, remove_labels: remove, description_edits: edits } = wanted;
  return {
    ...wanted,
    // What the edits come to is known once they are made; until then it counts that the field is written.
    ...(edits !== undefined && { description: '' }),
    ...((add !== undefined || remove !== undefined) && { labels: labelsAfter(labels, add, remove) }),
  };
}

function labelsAfter(
  labels: readonly string[],
  add: readonly string[] = [],
  remove: readonly string[] = [],
): readonly string[] {
  const kept = labels.filter((label) => !remove.some((each) => sameName(each, label)));
  return sortedLabels([...kept, ...add.filter((label) => !labels.includes(label))]);
}

/** The plan of what differs from what is there. Throws AppError where there is none. */
export function planUpdate(wanted: WantedUpdate, before: UpdateState): UpdatePlan {
  const { at, fields, found, version } = before;
  assertNotArchived(at);
  if (found.archived) {
    throw new AppError('conflict', `The project of ${at.ref.key} is archived: nothing can be written to it.`);
  }
  if (wanted.expected_version !== undefined && wanted.expected_version !== version) {
    throw new AppError('conflict', `${at.ref.key} is no longer as it was read.`, {
      next: 'get_ticket shows it as it is now.',
    });
  }
  const to = resolveFields(wholeFields(wanted, fields.labels ?? []), {
    found,
    absent: () => noneOf(wanted),
    description: (text) => describedAnew(wanted, text, { found, there: fields.description ?? null }),
  });
  if (to.parent?.id === at.ref.id) throw new AppError('invalid_arguments', 'A ticket cannot be a part of itself.');
  const keys = keysOf(to).filter((key) => !sameField(key, to, fields));
  if (keys.length === 0) {
    throw new AppError('invalid_arguments', 'There is no change: the ticket already is as you want it.');
  }
  return { ticket: at.ref, from: pick(fields, keys), to: pick(to, keys), overwrites: [] };
}

/** What the description becomes; an edit finds its text in what get_ticket shows. */
function describedAnew(
  { description_edits: edits }: WantedUpdate,
  text: string,
  { found, there }: { readonly found: LookedUp; readonly there: TicketDocument | null },
): TicketDocument {
  const wanted = edits === undefined ? text : applyEdits('description', there?.text ?? '', edits);
  assertFits(wanted, found.backend);
  return there === null ? newDocument(found.backend.documents, wanted) : editedDocument(there, wanted);
}

/** The one answer where the ticket, or what it shall be a part of, is not there or outside what is granted. */
export function noneOf({ ticket, parent }: Pick<WantedUpdate, 'ticket' | 'parent'>): AppError {
  if (!parent) return noTicket(ticket);
  const message = `There is no ticket ${ticket}, or no ticket ${parent}, or none that you may use so.`;
  return new AppError('not_found', message, { next: 'search_tickets shows tickets that you may read.' });
}
