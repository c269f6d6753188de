import * as z from 'zod';
import { namespaceRef, pageRef, place } from '#capabilities/knowledge/types.ts';
import type { Done } from '#shared/tools/index.ts';
import { keptDocument } from '../kept.ts';
import { backendFacts, pageAt } from '../tool.ts';

/** The page once it is made, with what a restore goes by. */
const made = z.strictObject({
  at: pageAt,
  body: keptDocument,
  /** Whether there are pages under it; null where the backend does not say. */
  parent: z.boolean().nullable(),
  /** Those right under it by their ids; absent where there are none, or more than can be told. */
  under: z.array(z.string()).exactOptional(),
  /** The agent that wrote it; null for anybody else. */
  agent: z.string().nullable(),
  /** Who has said something on it: the agents, each once, and null for anybody else. */
  said: z.array(z.string().nullable()),
});
export type Made = z.infer<typeof made>;

/** A place, and what is known of it; or the page, once it is made. */
export const createState = z.strictObject({
  namespace: namespaceRef,
  /** Nothing can be made in it any more. */
  archived: z.boolean(),
  /** The page to put it under; null at the top of the namespace. */
  under: pageAt.nullable(),
  backend: backendFacts,
  /** Null while it is not there. */
  made: made.nullable(),
});
export type CreateState = z.infer<typeof createState>;

const makePlan = z.strictObject({
  kind: z.literal('create'),
  place,
  title: z.string(),
  body: keptDocument,
  once: z.boolean(),
});
export type MakePlan = z.infer<typeof makePlan>;

/** The undo of `create`, and the undo of that. */
const backPlan = z.strictObject({
  kind: z.enum(['trash', 'untrash']),
  page: pageRef,
  /** Where it is, or comes back to. */
  place,
  revision: z.string(),
  /** The pages that are under it when it is planned, and are put elsewhere right before: with any it is not put away. */
  under: z.array(z.string()).exactOptional(),
  overwrites: z.boolean(),
});
export type BackPlan = z.infer<typeof backPlan>;

export const createPlan = z.discriminatedUnion('kind', [makePlan, backPlan]);
export type CreatePlan = z.infer<typeof createPlan>;
export type DoneCreate = Done<CreateState, CreatePlan>;

/** The step that makes the page. */
export const createStep = 'create_page';
