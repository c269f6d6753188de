import * as z from 'zod';
import { name } from './values.ts';

/** One entry of `by`, taken apart. */
export type NamedApprover =
  | { readonly kind: 'local' | 'codeowners' | 'github_review' }
  | { readonly kind: 'group' | 'person'; readonly name: string };

/** The entry of `by` for whoever reviews on the backend itself. */
export const byReview = 'github_review';

const sorts = 'local (who is signed in at this machine’s console), codeowners, github_review, group:NAME or person:KEY';

/** Who an entry of `by` names; null for nobody whom this version knows. */
export function namedApprover(entry: string): NamedApprover | null {
  if (entry === 'local' || entry === 'codeowners' || entry === byReview) return { kind: entry };
  const [, kind, who] = /^(group|person):(.+)$/su.exec(entry) ?? [];
  if (who !== undefined && (kind === 'group' || kind === 'person')) return { kind, name: who };
  return null;
}

/** An entry of `by`. What a provider calls a group can be any text; keys of people are names. */
export const approverEntry = z.string().superRefine((entry, context) => {
  const message = whyNot(entry);
  if (message !== null) context.addIssue({ code: 'custom', message });
});

function whyNot(entry: string): string | null {
  if (entry === 'local' || entry === 'codeowners' || entry === byReview) return null;
  const [, kind, who = ''] = /^(group|person):(.*)$/su.exec(entry) ?? [];
  if (kind === undefined) return `This must be ${sorts}.`;
  if (who === '' || who !== who.trim() || who.length > 255) return `There is no ${kind} of this name.`;
  return kind === 'group' || name.safeParse(who).success ? null : 'This is no key of the list of people.';
}
