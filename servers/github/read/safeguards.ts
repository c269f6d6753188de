import * as z from 'zod';
import type { Safeguards } from '#capabilities/repo/safeguards.ts';
import { AppError } from '#shared/errors.ts';
import { noRepository } from '#shared/github/names.ts';
import type { Session } from './session.ts';
import { ciSecretsOf } from './workflows.ts';

/** The protection of the older kind, as far as it holds whoever asks, and the workflows, in one request. */
const document = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name, followRenames: false) {
    defaultBranchRef {
      name
      refUpdateRule {
        allowsDeletions allowsForcePushes requiredApprovingReviewCount requiredStatusCheckContexts requiresSignatures
      }
    }
    object(expression: "HEAD:.github/workflows") {
      ... on Tree { entries { name object { ... on Blob { text isTruncated } } } }
    }
  }
}`;

const blob = z.object({ text: z.string().nullish(), isTruncated: z.boolean().nullish() });
const updateRule = z.object({
  allowsDeletions: z.boolean(),
  allowsForcePushes: z.boolean(),
  requiredApprovingReviewCount: z.number().int().nullable(),
  requiredStatusCheckContexts: z.array(z.string().nullable()).nullable(),
  requiresSignatures: z.boolean(),
});
const data = z.object({
  repository: z
    .object({
      defaultBranchRef: z.object({ name: z.string(), refUpdateRule: updateRule.nullable() }).nullable(),
      object: z
        .object({ entries: z.array(z.object({ name: z.string(), object: blob.nullable() })).nullish() })
        .nullable(),
    })
    .nullable(),
});
type Found = NonNullable<z.infer<typeof data>['repository']>;
type UpdateRule = z.infer<typeof updateRule>;

const rules = z.array(
  z.object({
    type: z.string(),
    parameters: z
      .object({
        required_approving_review_count: z.number().int().optional(),
        required_status_checks: z.array(z.object({ context: z.string() })).optional(),
      })
      .nullish(),
  }),
);
type Rules = z.infer<typeof rules>;

/** A hundred rules are more than any branch has; the rest would be on a second page. */
const rulesPage = { per_page: '100' };

/**
 * What holds a repository's default branch: its rulesets, which everybody sees who may read anything, and its protection
 * of the older kind, of which GitHub shows an App what holds the App itself. `branch` is what the default branch was
 * called last; null asks for that first.
 */
export async function readSafeguards(
  session: Session,
  branch: string | null,
): Promise<{ readonly branch: string; readonly safeguards: Safeguards }> {
  const [shown, guess] = await Promise.all([
    session.query({ document, data }).then(({ repository }) => repository ?? missing(), refused),
    branch === null ? null : rulesOn(session, branch),
  ]);
  const name = shown?.defaultBranchRef?.name ?? branch ?? '';
  const inForce = name !== '' && name === branch ? guess : await rulesOn(session, name);
  return { branch: name, safeguards: together(shown, inForce) };
}

/** Null where the rules are not shown: GitHub Enterprise Servers had none before 3.11. */
async function rulesOn(session: Session, branch: string): Promise<Rules | null> {
  if (branch === '') return null;
  return session.get({ path: ['rules', 'branches', branch], query: rulesPage, data: rules }).catch(refused);
}

function missing(): never {
  throw noRepository();
}

/** What this server may not see is not known, and no reason to write nothing. */
function refused(error: unknown): null {
  if (error instanceof AppError && error.code === 'backend_refused') return null;
  throw error;
}

function together(shown: Found | null, inForce: Rules | null): Safeguards {
  const older = shown?.defaultBranchRef?.refUpdateRule ?? null;
  const unseen = shown === null || inForce === null;
  const either = (type: string, inOlder: (rule: UpdateRule) => boolean): boolean | null => {
    if (inForce?.some((rule) => rule.type === type) || (older !== null && inOlder(older))) return true;
    return unseen ? null : false;
  };
  const parameters = (inForce ?? []).map((rule) => rule.parameters ?? {});
  const counts = [
    older?.requiredApprovingReviewCount ?? 0,
    ...parameters.map((one) => one.required_approving_review_count ?? 0),
  ];
  const contexts = [
    ...(older?.requiredStatusCheckContexts ?? []),
    ...parameters.flatMap((one) => one.required_status_checks ?? []).map(({ context }) => context),
  ].filter((name) => name !== null);
  return {
    // GitHub says 0 here both for no pull request and for one that nobody has to approve.
    pullRequests: either('pull_request', (rule) => (rule.requiredApprovingReviewCount ?? 0) > 0),
    noForcePush: either('non_fast_forward', (rule) => !rule.allowsForcePushes),
    noDeletion: either('deletion', (rule) => !rule.allowsDeletions),
    signatures: either('required_signatures', (rule) => rule.requiresSignatures),
    reviews: unseen ? null : Math.max(...counts),
    checks: unseen ? null : [...new Set(contexts)].sort(),
    ciSecrets: shown === null ? null : mutable(ciSecretsOf(workflowsOf(shown))),
  };
}

/** Files that GitHub takes for workflows. */
function workflowsOf({ object }: Found) {
  return (object?.entries ?? [])
    .filter(({ name }) => /\.ya?ml$/.test(name))
    .map(({ name, object: file }) => ({ name, text: file?.isTruncated === true ? null : (file?.text ?? null) }));
}

const mutable = <T>(list: readonly T[] | null): T[] | null => (list === null ? null : [...list]);
