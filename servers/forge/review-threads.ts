import { requirePermission } from './access.ts';
import { bot } from './accounts.ts';
import { isLocked } from './comments.ts';
import type { Forge } from './forge.ts';
import { findPullById, type Pull, timestamp } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import type { TokenGrant } from './tokens.ts';

/** A conversation at a line of a pull request. */
export type ReviewThread = {
  id: number;
  pull: number;
  path: string;
  line: number;
  startLine: number | null;
  /** The commit whose line it is about. */
  commit: string;
  resolvedBy: string | null;
};

export type ReviewComment = { id: number; thread: number; body: string; author: string; createdAt: string };

/** A pull request, and where it stands. */
export type PlacedPull = { repository: Repository; pull: Pull };

type ThreadRow = Omit<ReviewThread, 'startLine' | 'commit' | 'resolvedBy'> & {
  start_line: number | null;
  commit_oid: string;
  resolved_by: string | null;
};
type CommentRow = Omit<ReviewComment, 'createdAt'> & { created_at: string };

const toThread = ({ start_line, commit_oid, resolved_by, ...row }: ThreadRow): ReviewThread => ({
  ...row,
  startLine: start_line,
  commit: commit_oid,
  resolvedBy: resolved_by,
});
const toComment = ({ created_at, ...row }: CommentRow): ReviewComment => ({ ...row, createdAt: created_at });

/** The threads of a pull request, oldest first. */
export function reviewThreads(forge: Forge, pull: Pull): ReviewThread[] {
  const rows = forge.db.prepare<[number], ThreadRow>('select * from review_thread where pull = ? order by id');
  return rows.all(pull.id).map(toThread);
}

/** What was said in a thread, oldest first; there is always a first comment. */
export function reviewComments(forge: Forge, thread: ReviewThread): ReviewComment[] {
  const rows = forge.db.prepare<[number], CommentRow>('select * from review_comment where thread = ? order by id');
  return rows.all(thread.id).map(toComment);
}

export type PlacedThread = PlacedPull & { thread: ReviewThread };

export async function findThreadById(forge: Forge, id: number): Promise<PlacedThread | undefined> {
  const row = forge.db.prepare<[number], ThreadRow>('select * from review_thread where id = ?').get(id);
  const found = row && (await findPullById(forge, row.pull));
  return row && found && { ...found, thread: toThread(row) };
}

/** Begins a thread with its first comment. @throws Refusal FORBIDDEN, UNPROCESSABLE */
export function openThread(
  forge: Forge,
  token: TokenGrant,
  { repository, pull }: PlacedPull,
  wanted: Pick<ReviewThread, 'path' | 'line' | 'startLine' | 'commit'> & { body: string },
): Promise<ReviewComment> {
  requirePermission(token, 'pull_requests', 'write');
  return forge.locks.run(fullName(repository), async () => {
    const row = forge.db
      .prepare<unknown[], { id: number }>(
        'insert into review_thread (pull, path, line, start_line, commit_oid) values (?, ?, ?, ?, ?) returning id',
      )
      .get(pull.id, wanted.path, wanted.line, wanted.startLine, wanted.commit);
    return addReply(forge, row?.id ?? 0, wanted.body);
  });
}

/** Answers in the thread of a comment. @throws Refusal FORBIDDEN, NOT_FOUND, UNPROCESSABLE */
export function reply(
  forge: Forge,
  token: TokenGrant,
  { repository, pull }: PlacedPull,
  wanted: { comment: number; body: string },
): Promise<ReviewComment> {
  requirePermission(token, 'pull_requests', 'write');
  return forge.locks.run(fullName(repository), async () => {
    const thread = reviewThreads(forge, pull).find((each) =>
      reviewComments(forge, each).some(({ id }) => id === wanted.comment),
    );
    if (!thread) throw new Refusal('NOT_FOUND', 'Not Found');
    return addReply(forge, thread.id, wanted.body);
  });
}

function addReply(forge: Forge, thread: number, body: string): ReviewComment {
  if (body.trim() === '') throw new Refusal('UNPROCESSABLE', "Body can't be blank");
  const row = forge.db
    .prepare<unknown[], CommentRow>(
      'insert into review_comment (thread, body, author, created_at) values (?, ?, ?, ?) returning *',
    )
    .get(thread, body, bot.login, timestamp(forge));
  if (!row) throw new Error('the comment was not stored');
  return toComment(row);
}

/** A comment at a line, and where it stands. */
export type PlacedReviewComment = PlacedThread & { comment: ReviewComment };

export async function findReviewCommentById(forge: Forge, id: number): Promise<PlacedReviewComment | undefined> {
  const row = forge.db.prepare<[number], CommentRow>('select * from review_comment where id = ?').get(id);
  const found = row && (await findThreadById(forge, row.thread));
  return row && found && { ...found, comment: toComment(row) };
}

/** Answers in a thread. @throws Refusal FORBIDDEN, UNPROCESSABLE (blank, or locked: an App is no collaborator) */
export function replyInThread(forge: Forge, token: TokenGrant, placed: PlacedThread, body: string) {
  requirePermission(token, 'pull_requests', 'write');
  return forge.locks.run(fullName(placed.repository), async () => {
    if (isLocked(forge, placed.pull)) {
      throw new Refusal('UNPROCESSABLE', 'Unable to create comment because issue is locked');
    }
    return addReply(forge, placed.thread.id, body);
  });
}

/** Deletes a comment at a line; with its last one a thread is gone. @throws Refusal FORBIDDEN, NOT_FOUND */
export function deleteReviewComment(forge: Forge, token: TokenGrant, placed: PlacedReviewComment): Promise<void> {
  requirePermission(token, 'pull_requests', 'write');
  const { thread, comment, repository } = placed;
  return forge.locks.run(fullName(repository), async () => {
    const { changes } = forge.db.prepare('delete from review_comment where id = ?').run(comment.id);
    if (changes === 0) throw new Refusal('NOT_FOUND', 'Could not resolve to a node with the global id of the comment');
    if (reviewComments(forge, thread).length === 0) {
      forge.db.prepare('delete from review_thread where id = ?').run(thread.id);
    }
  });
}

/** Marks a thread as settled, or as open again. GitHub wants `contents: write` for it. @throws Refusal FORBIDDEN */
export function settleThread(forge: Forge, token: TokenGrant, thread: ReviewThread, resolved: boolean): ReviewThread {
  requirePermission(token, 'pull_requests', 'write');
  requirePermission(token, 'contents', 'write');
  const resolvedBy = resolved ? bot.login : null;
  forge.db.prepare('update review_thread set resolved_by = ? where id = ?').run(resolvedBy, thread.id);
  return { ...thread, resolvedBy };
}
