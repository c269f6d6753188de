import * as z from 'zod';
import { plainText, titleText } from '#capabilities/common/written.ts';
import { ticketKey } from '#capabilities/ticket/keys.ts';
import { scopeName } from '#capabilities/ticket/scope.ts';

/**
 * The longest text that is taken at all: a megabyte of any script, by its length as UTF-8, since a text of that length
 * stands for a long one where arguments are kept. What the backend says that it takes counts beside.
 */
export const longest = 3_300_000;

export const titleInput = titleText(255).describe('The title, one line.');
export const descriptionInput = plainText(longest).describe('Markdown. May refer to the change in after.');

const who = z
  .string()
  .min(1)
  .max(320)
  .regex(/^[^\p{Cc}]+$/u, { error: 'must be one line' });
const label = scopeName.max(255);
const list = <T extends z.ZodType>(of: T) => z.array(of).max(50);

export const labelsInput = list(label).describe('All labels that it shall have.');
export const someLabelsInput = list(label).min(1);
export const assigneesInput = z
  .array(who)
  .max(10)
  .describe(
    'Everybody it shall be assigned to: id, e-mail address or full name; "me" is the account that writes. [] for nobody.',
  );
export const priorityInput = scopeName.describe('A priority by its name.');
export const parentInput = ticketKey.describe('The ticket that it shall be a part of, by its key.');
export const dueInput = z.iso.date({ error: 'must be a day, as "2026-11-22"' }).describe('A day: "2026-11-22".');

/** Fields that the project made up, by name or id. */
export const customInput = z
  .record(scopeName, z.union([plainText(longest), z.number(), z.null()]))
  .refine((fields) => Object.keys(fields).length <= 50, { error: 'must have at most 50 fields' })
  .describe('Fields that the project made up, by name; null empties one.');

/** What a call wants the fields of a ticket to be; what is not there stays. Null empties a field. */
export type WantedFields = {
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly string[] | undefined;
  readonly priority?: string | null | undefined;
  readonly parent?: string | null | undefined;
  readonly due?: string | null | undefined;
  readonly fields?: { readonly [name: string]: string | number | null } | undefined;
};
