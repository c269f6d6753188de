import * as z from 'zod';
import { withoutMarkComment } from '#capabilities/common/mark-comment.ts';
import { oid, type PullRequest, pullRequest, repositoryRef } from '#capabilities/repo/types.ts';
import { pullRequestName } from '../pull-request/existing.ts';

/** A pull request, and the branches that decide what may become of it. */
export const updateState = z.strictObject({
  repository: repositoryRef,
  pullRequest,
  /** Where its head branch is; null when it is gone. */
  head: oid.nullable(),
  /** The branches that it is, or is to be, merged into, and which of them there are. */
  bases: z.array(z.strictObject({ name: z.string(), exists: z.boolean() })),
});
export type UpdateState = z.infer<typeof updateState>;

/** In the order in which a plan changes them: what is closed takes neither another base nor another stage. */
export const fieldNames = ['state', 'base', 'title', 'body', 'draft'] as const;
export type FieldName = (typeof fieldNames)[number];

function changeOf<T extends z.ZodType>(value: T) {
  return z.strictObject({ from: value, to: value }).exactOptional();
}

/** Fields of one pull request, each as it is and as it will be. Texts are whole: with our mark where they have it. */
export const updatePlan = z.strictObject({
  repository: repositoryRef,
  pullRequest: pullRequestName,
  title: changeOf(z.string()),
  body: changeOf(z.string()),
  base: changeOf(z.string()),
  draft: changeOf(z.boolean()),
  state: changeOf(z.enum(['open', 'closed'])),
  /** What somebody else changed since, and this restore takes back all the same. */
  overwrites: z.array(z.enum(fieldNames)),
});
export type UpdatePlan = z.infer<typeof updatePlan>;

/** The fields that a plan changes. */
export function changedFields(plan: UpdatePlan): readonly FieldName[] {
  return fieldNames.filter((field) => plan[field] !== undefined);
}

export type Values = Pick<PullRequest, FieldName>;

/** A plan's part for one field; none where nothing changes. */
export function change<F extends FieldName>(field: F, from: Values[F], to: Values[F]): Partial<UpdatePlan> {
  return from === to ? {} : { [field]: { from, to } };
}

const words: Readonly<Record<FieldName, string>> = {
  ...{ title: 'title', body: 'text', base: 'base branch', draft: 'draft', state: 'state' },
};

/** A field of a pull request as people are told of it. */
export function partName({ pullRequest: { number } }: UpdatePlan, field: FieldName): string {
  return `${words[field]} of pull request ${number}`;
}

/** The value of a field as people are shown it. */
export function shown(field: FieldName, value: string | boolean): string {
  if (field === 'body') return withoutMarkComment(String(value));
  if (field === 'draft') return value === true ? 'yes' : 'no';
  return String(value);
}
