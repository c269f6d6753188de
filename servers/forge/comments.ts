import { requirePermission } from './access.ts';
import { bot } from './accounts.ts';
import type { Forge } from './forge.ts';
import { findPullById, type Pull, timestamp } from './pulls.ts';
import { Refusal } from './refusal.ts';
import { fullName, type Repository } from './repositories.ts';
import type { TokenGrant } from './tokens.ts';

export type Comment = {
  id: number;
  pull: number;
  body: string;
  author: string;
  /** Who changed it last; null while nobody has. */
  editor: string | null;
  createdAt: string;
  updatedAt: string;
};

type Row = Omit<Comment, 'createdAt' | 'updatedAt'> & { created_at: string; updated_at: string };

/** A comment, and where it stands. */
export type Placed = { repository: Repository; pull: Pull; comment: Comment };

const toComment = ({ created_at, updated_at, ...row }: Row): Comment => ({
  ...row,
  createdAt: created_at,
  updatedAt: updated_at,
});

/** The comments of a pull request, oldest first. */
export function storedComments(forge: Forge, pull: Pull): Comment[] {
  return forge.db
    .prepare<[number], Row>('select * from comment where pull = ? order by id')
    .all(pull.id)
    .map(toComment);
}

export async function findCommentById(forge: Forge, id: number): Promise<Placed | undefined> {
  const row = forge.db.prepare<[number], Row>('select * from comment where id = ?').get(id);
  const found = row && (await findPullById(forge, row.pull));
  return row && found && { ...found, comment: toComment(row) };
}

export function isLocked(forge: Forge, pull: Pull): boolean {
  return forge.db.prepare<[number]>('select 1 from locked_pull where pull = ?').get(pull.id) !== undefined;
}

/** Locks or unlocks the conversation of a pull request. @throws Refusal FORBIDDEN */
export function lockPull(forge: Forge, token: TokenGrant, pull: Pull, locked: boolean): void {
  requirePermission(token, 'pull_requests', 'write');
  const change = locked ? 'insert or ignore into locked_pull values (?)' : 'delete from locked_pull where pull = ?';
  forge.db.prepare(change).run(pull.id);
}

/**
 * Comments on a pull request, whether it is open or not.
 * @throws Refusal FORBIDDEN, UNPROCESSABLE (locked: an App is no collaborator, who may comment all the same)
 */
export function addComment(
  forge: Forge,
  token: TokenGrant,
  { repository, pull }: { repository: Repository; pull: Pull },
  body: string,
): Promise<Comment> {
  requirePermission(token, 'pull_requests', 'write');
  checkBody(body);
  return forge.locks.run(fullName(repository), async () => {
    if (isLocked(forge, pull)) throw new Refusal('UNPROCESSABLE', 'Unable to create comment because issue is locked');
    const time = timestamp(forge);
    const row = forge.db
      .prepare<unknown[], Row>(
        'insert into comment (pull, body, author, created_at, updated_at) values (?, ?, ?, ?, ?) returning *',
      )
      .get(pull.id, body, bot.login, time, time);
    if (!row) throw new Error('the comment was not stored');
    return toComment(row);
  });
}

/** Changes the text of a comment. @throws Refusal FORBIDDEN, NOT_FOUND, UNPROCESSABLE */
export function editComment(forge: Forge, token: TokenGrant, placed: Placed, body: string): Promise<Comment> {
  requirePermission(token, 'pull_requests', 'write');
  checkBody(body);
  return forge.locks.run(fullName(placed.repository), async () => {
    const row = forge.db
      .prepare<unknown[], Row>('update comment set body = ?, editor = ?, updated_at = ? where id = ? returning *')
      .get(body, bot.login, timestamp(forge), placed.comment.id);
    if (!row) throw gone();
    return toComment(row);
  });
}

/** Deletes a comment for good. @throws Refusal FORBIDDEN, NOT_FOUND */
export function deleteComment(forge: Forge, token: TokenGrant, placed: Placed): Promise<void> {
  requirePermission(token, 'pull_requests', 'write');
  return forge.locks.run(fullName(placed.repository), async () => {
    const { changes } = forge.db.prepare('delete from comment where id = ?').run(placed.comment.id);
    if (changes === 0) throw gone();
  });
}

const gone = (): Refusal => new Refusal('NOT_FOUND', 'Could not resolve to a node with the global id of the comment');

const longest = 65_536;

function checkBody(body: string): void {
  if (body.trim() === '') throw new Refusal('UNPROCESSABLE', "Body can't be blank");
  if (body.length > longest) {
    throw new Refusal('UNPROCESSABLE', `Body is too long (maximum is ${longest} characters)`);
  }
}
