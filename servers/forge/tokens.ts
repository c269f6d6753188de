import { createHash, randomBytes, randomInt } from 'node:crypto';
import type { PermissionName, Permissions } from './config.ts';
import type { Db } from './store.ts';

/** What a token stands for. Never the token itself. */
export type TokenGrant = {
  id: number;
  installation: number;
  /** `null` in GitHub's sense: every repository of the installation. */
  repositories: number[] | null;
  permissions: Permissions;
  /** Milliseconds since 1970. */
  expiresAt: number;
};

const lifetime = 60 * 60 * 1000;
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Mints a token for one hour. Only its hash is kept; those that have expired are forgotten. */
export function mintToken(
  db: Db,
  grant: Pick<TokenGrant, 'installation' | 'repositories' | 'permissions'>,
  now: number,
): { token: string; expiresAt: number } {
  const token = `ghs_${randomBytes(27).toString('base64url').replace(/[-_]/g, '0')}`;
  const expiresAt = now + lifetime;
  const { installation, repositories, permissions } = grant;
  const values = [
    randomInt(2 ** 47),
    installation,
    JSON.stringify(repositories),
    JSON.stringify(permissions),
    expiresAt,
  ];
  db.prepare('delete from token where expires_at <= ?').run(now);
  db.prepare('insert into token values (?, ?, ?, ?, ?, ?)').run(hashOf(token), ...values);
  return { token, expiresAt };
}

/** The grant of a token that lives, or undefined. */
export function findToken(db: Db, token: string, now: number): TokenGrant | undefined {
  type Row = { id: number; installation: number; repositories: string; permissions: string; expires_at: number };
  const row = db
    .prepare<[string, number], Row>('select * from token where hash = ? and expires_at > ?')
    .get(hashOf(token), now);
  if (!row) return undefined;
  return {
    id: row.id,
    installation: row.installation,
    repositories: JSON.parse(row.repositories) as number[] | null,
    permissions: JSON.parse(row.permissions) as Permissions,
    expiresAt: row.expires_at,
  };
}

/** Kills a token at once. */
export function revokeToken(db: Db, id: number): void {
  db.prepare('delete from token where id = ?').run(id);
}

/** Whether a permission reaches a level; `metadata: read` comes with every token. */
export function allows(permissions: Permissions, name: PermissionName, level: 'read' | 'write'): boolean {
  const granted = permissions[name] ?? (name === 'metadata' ? 'read' : undefined);
  return granted === 'write' || granted === level;
}
