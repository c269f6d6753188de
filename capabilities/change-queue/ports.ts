import * as z from 'zod';
import { type QueueContext, reversible } from '#shared/tools/index.ts';

/** The states of a change in the words that agents see. */
export const changeStatus = z.enum([
  'planning',
  'pending_approval',
  'approved',
  'dispatched',
  'applied',
  'rejected',
  'withdrawn',
  'expired',
  'superseded',
  'stale',
  'revoked',
  'failed',
  'partial',
  'unknown',
  'compared',
]);
export type ChangeStatus = z.infer<typeof changeStatus>;

/** What a person said who rejected a change: why in a word, where one was given, and in their own words. */
export const rejection = z.strictObject({
  by: z.literal('person'),
  category: z
    .enum(['wrong_target', 'not_wanted', 'incorrect', 'unsafe', 'too_large', 'needs_changes', 'other'])
    .optional(),
  text: z.string(),
});
export type Rejection = z.infer<typeof rejection>;

/** What a step of a change left behind, as far as it helps the agent to go on. */
const receiptView = z.strictObject({
  step: z.string(),
  commit: z.string().optional(),
  verified: z.boolean().optional(),
  pull_request_number: z.number().int().optional(),
  url: z.string().optional(),
  ticket: z.string().optional(),
  id: z.string().optional().describe('Of a page, a comment or a link of a ticket.'),
  version: z.string().optional().describe('Of a page, as update_page takes it.'),
  differs: z.array(z.string()).optional().describe('Fields that were not as written when they were read back.'),
});

/** A change as its own agent sees it. Times are RFC 3339 in UTC. */
export const changeView = z.strictObject({
  change_id: z.string(),
  status: changeStatus,
  tool: z.string(),
  server: z.string(),
  summary: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  expires_at: z.string().nullable(),
  review_url: z.string(),
  reversible: reversible.nullable(),
  /** Why it ended as it did: the approver's reason, what had changed, what the backend refused. */
  reason: z.string().optional(),
  /** Of a rejected change. `needs_changes` asks for a new version. */
  rejection: rejection.optional(),
  receipts: z.array(receiptView).optional(),
  /** Of a partial change: the steps that were not done. */
  left: z.array(z.string()).optional(),
  /** The change that has to be applied before this one. */
  after: z.string().optional(),
  /** Which version this is, and of which change; left out of a first one. */
  version: z.number().int().optional(),
  supersedes: z.string().optional(),
  /** The newer version of this change. */
  superseded_by: z.string().optional(),
  /** The change that this one undoes. */
  restores: z.string().optional(),
  /** The change that undid this one. */
  restored_by: z.string().optional(),
  /** Of a change that no person had to decide: which of so many it is that a person allowed in advance, and until when. */
  under_grant: z
    .strictObject({ number: z.number().int(), of: z.number().int(), expires_at: z.string(), ended: z.boolean() })
    .optional(),
  /** Of a change that waits for a review on GitHub: the commit that it has to be of. */
  review_on_github_of: z.string().optional(),
  /** What to do now, as a sentence. */
  next: z.string(),
});
export type ChangeView = z.infer<typeof changeView>;

/** A change in a list. */
export const changeSummary = changeView.pick({
  change_id: true,
  status: true,
  tool: true,
  server: true,
  summary: true,
  created_at: true,
  updated_at: true,
  expires_at: true,
});
export type ChangeSummary = z.infer<typeof changeSummary>;

/**
 * The caller's own changes. Every method throws AppError `not_found` for a change of anybody else, exactly as for one
 * that does not exist.
 */
export type ChangeQueue = {
  /** Newest first. Throws `invalid_arguments` for a cursor that is not one of its own. */
  readonly list: (request: {
    readonly status?: ChangeStatus | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  }) => Promise<{ readonly changes: readonly ChangeSummary[]; readonly cursor: string | null }>;
  readonly get: (changeId: string) => Promise<ChangeView>;
  /**
   * Holds until none of the changes waits for anything any more, at most 45 seconds, and reports progress every ten;
   * answers with the state whatever it is. `settled` is true when none waits.
   */
  readonly wait: (
    changeIds: readonly string[],
    context: QueueContext,
  ) => Promise<{ readonly changes: readonly ChangeView[]; readonly settled: boolean; readonly next: string }>;
  /** Throws `wrong_state` when it is too late. */
  readonly withdraw: (changeId: string, reason: string) => Promise<ChangeView>;
  /** The restore, as a change of its own. Throws `wrong_state` when there is nothing to restore. */
  readonly proposeRestore: (request: {
    readonly changeId: string;
    readonly choice: 'refuse' | 'untouched' | 'overwrite';
    readonly reason: string;
    readonly idempotencyKey: string | undefined;
  }) => Promise<ChangeView>;
};
