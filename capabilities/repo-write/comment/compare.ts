import type { Done, DoneBy, Part, Refusal, RestoreChoice } from '#shared/tools/index.ts';
import { referencesIn } from '#shared/tools/index.ts';
import { placeOfThread } from '../thread/look.ts';
import {
  type AddPlan,
  type CommentPlan,
  type ConversationState,
  commentPlan,
  sameText,
  wordsOf,
  written,
} from './plan.ts';

export type DoneComment = Done<ConversationState, CommentPlan>;

/** The comment: before, as the change left it, and now. */
export function compareComment(done: DoneComment, now: ConversationState): readonly Part[] {
  const { plan } = done;
  const there = now.comment === null ? null : { text: wordsOf(now.comment) };
  const what = plan.thread === undefined ? 'comment' : `reply at ${placeOfThread(plan.thread)}`;
  const name = `${what} on pull request ${plan.pullRequest.number}`;
  const part = { name, now: there, later: [], why: null } as const;
  if (plan.kind === 'delete') {
    const why = isLocked(now) ?? (plan.thread !== undefined && now.thread === null ? threadGone : null);
    return [
      {
        ...part,
        before: { text: wordsOf(plan.comment) },
        left: null,
        standing: why === null ? 'as_left' : 'cannot',
        why,
      },
    ];
  }
  const left = { text: leftWords(done, plan) };
  if (written(done.receipts) === undefined) {
    return [{ ...part, before: null, left, standing: 'cannot', why: unknownPlace }];
  }
  if (now.comment === null) return [{ ...part, before: null, left, standing: 'back' }];
  if (sameText(wordsOf(now.comment), left.text)) return [{ ...part, before: null, left, standing: 'as_left' }];
  const { url, editor } = now.comment;
  return [
    { ...part, before: null, left, standing: 'changed', later: [{ id: url, author: editor }], why: changedBy(editor) },
  ];
}

const threadGone = 'The review thread that it was in is gone.';
const unknownPlace = 'Which comment it is was never answered; only a person said that it was written.';

/** The plan says what was left; what was read afterwards only where the plan has references in it. */
function leftWords({ after }: DoneComment, plan: AddPlan): string {
  return referencesIn(plan.body).length > 0 && after.comment !== null ? wordsOf(after.comment) : plan.body;
}

function changedBy(editor: string | null): string {
  return `It was changed since, by ${editor ?? 'somebody unknown'}.`;
}

function isLocked({ pullRequest: { number, locked } }: ConversationState): string | null {
  return locked === true ? `Pull request ${number} is locked: only collaborators may comment.` : null;
}

/** Deletes what was written, and writes again what was deleted. */
export function restoreComment(
  done: DoneComment,
  now: ConversationState,
  choice: RestoreChoice,
): { readonly plan: CommentPlan } | Refusal {
  const { repository, pullRequest } = now;
  const { number, nodeId: pullRequestId } = pullRequest;
  const common = {
    ...{ repository, pullRequest: { number, nodeId: pullRequestId } },
    ...(done.plan.thread && { thread: done.plan.thread }),
  };
  const [part] = compareComment(done, now);
  if (part?.standing === 'cannot') return { refused: part.why ?? '', conflicts: [] };
  if (done.plan.kind === 'delete') return { plan: { kind: 'add', ...common, body: wordsOf(done.plan.comment) } };
  if (now.comment === null) return { refused: 'There is nothing left to undo.', conflicts: [] };
  const { nodeId, url, body, editor } = now.comment;
  const isChanged = part?.standing === 'changed';
  if (isChanged && choice !== 'overwrite') {
    return { refused: 'The comment is no longer as this change left it.', conflicts: [`${url}: ${changedBy(editor)}`] };
  }
  const overwrites = isChanged ? { editor } : null;
  return { plan: { kind: 'delete', ...common, comment: { nodeId, url, body }, overwrites } };
}

/** Its own undo leaves nothing of a comment to undo; any other comment is one of its own. */
export function combineComment(older: DoneComment, newer: DoneBy): DoneComment | null {
  const plan = commentPlan.safeParse(newer.plan).data;
  if (newer.tool !== 'comment_on_pull_request' || plan?.kind !== 'delete' || older.plan.kind !== 'add') return null;
  return plan.comment.nodeId === written(older.receipts)?.nodeId ? older : null;
}
