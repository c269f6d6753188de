import * as z from 'zod';
import { namespaceRef, pageRef, place } from '#capabilities/knowledge/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { keptDocument, sameText } from '../kept.ts';
import { samePlace } from '../places.ts';

/** What a page is to everybody. */
const look = z.strictObject({
  place,
  title: z.string(),
  body: keptDocument,
  trashed: z.boolean(),
});
export type Look = z.infer<typeof look>;

/** What it is now, by the revision that everybody sees and by the one that people see, who see what waits too. */
const lookNow = look.extend({ revision: z.string(), seen: z.string() });
export type LookNow = z.infer<typeof lookNow>;

const page = z.strictObject({
  page: pageRef,
  from: lookNow,
  to: look,
  /** Whether others than agents may have made it what it is. */
  overwrites: z.boolean(),
});
export type PageBackPlan = z.infer<typeof page>;

/** A page that is not brought back, and why. */
const stays = z.strictObject({ page: pageRef.pick({ id: true, title: true }), why: z.string() });
export type Stays = z.infer<typeof stays>;

export const bringBackState = z.strictObject({
  namespace: namespaceRef,
  pages: z.array(
    z.strictObject({
      page: pageRef,
      /** Null while it is gone. */
      now: lookNow.nullable(),
      /** What it is to be; null where that is not asked for. */
      to: look.nullable(),
      overwrites: z.boolean(),
      /** The pages right under it, where it may be put into the trash. */
      under: z.array(z.string()),
    }),
  ),
  stays: z.array(stays),
  /** Pages that others were under, and that are not among these: what is above each, from the top; null while it is gone. */
  around: z.array(z.strictObject({ id: z.string(), above: z.array(z.string()).nullable() })),
});
export type BringBackState = z.infer<typeof bringBackState>;

/** Makes pages of a namespace what they were; its undo is one of its own. */
export const bringBackPlan = z.strictObject({
  namespace: namespaceRef,
  /** ISO 8601; null for the undo. */
  at: z.string().nullable(),
  pages: z.array(page).min(1),
  stays: z.array(stays),
});
export type BringBackPlan = z.infer<typeof bringBackPlan>;
export type DoneBringBack = Done<BringBackState, BringBackPlan>;

/** Whether a page is the same to everybody; where it was before it went to the trash nobody sees. */
export function sameLook(one: Look, other: Look): boolean {
  if (one.trashed || other.trashed) return one.trashed === other.trashed;
  return samePlace(one.place, other.place) && sameWords(one, other);
}

/** Whether it says the same. */
export function sameWords(one: Look, other: Look): boolean {
  return one.title === other.title && sameText(one.body, other.body);
}
