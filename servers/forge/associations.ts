import type { Forge } from './forge.ts';
import { type Repository, roleOf } from './repositories.ts';

/** What somebody is to a repository, in GitHub's words: those who run it count as members of its organisation. */
export function associationOf(forge: Forge, repository: Repository, login: string): string {
  const role = roleOf(forge, repository, login);
  if (role === 'none') return 'NONE';
  return role === 'admin' ? 'MEMBER' : 'COLLABORATOR';
}
