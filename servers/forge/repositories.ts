import { join } from 'node:path';
import { type ArrangedRule, arrangedFor, arrangement } from './arrangement.ts';
import type { Forge } from './forge.ts';
import { type GitStore, openStore } from './git/objects.ts';

export type Repository = {
  id: number;
  owner: string;
  name: string;
  description: string;
  defaultBranch: string;
  createdAt: string;
  git: GitStore;
  /** What its owner set instead of the rules that every default branch has here. */
  arrangedRules: () => readonly ArrangedRule[] | undefined;
};

type Row = Pick<Repository, 'id' | 'owner' | 'name' | 'description'> & { default_branch: string; created_at: string };

export const repositoryDir = (dataDir: string, owner: string, name: string): string =>
  join(dataDir, owner, `${name}.git`);

function toRepository(forge: Forge, row: Row): Repository {
  let git = forge.stores.get(row.id);
  if (!git) {
    git = openStore(repositoryDir(forge.config.dataDir, row.owner, row.name));
    forge.stores.set(row.id, git);
  }
  const { id, owner, name, description } = row;
  return {
    ...{ id, owner, name, description, defaultBranch: row.default_branch, createdAt: row.created_at, git },
    arrangedRules: () => arrangedFor(arrangement(forge).rules, `${owner}/${name}`),
  };
}

export function repositoryByName(forge: Forge, owner: string, name: string): Repository | undefined {
  const row = forge.db
    .prepare<[string, string], Row>('select * from repository where owner = ? collate nocase and name = ?')
    .get(owner, name);
  return row && toRepository(forge, row);
}

export function repositoryById(forge: Forge, id: number): Repository | undefined {
  const row = forge.db.prepare<[number], Row>('select * from repository where id = ?').get(id);
  return row && toRepository(forge, row);
}

/** All repositories of one account, in the order they were made. */
export const repositoriesOf = (forge: Forge, owner: string): Repository[] =>
  forge.db
    .prepare<[string], Row>('select * from repository where owner = ? order by id')
    .all(owner)
    .map((row) => toRepository(forge, row));

export const fullName = (repository: Repository): string => `${repository.owner}/${repository.name}`;

export type Role = 'admin' | 'maintain' | 'write' | 'triage' | 'read';

/** The role of a person on a repository: `none` for strangers. */
export function roleOf(forge: Forge, repository: Repository, login: string): Role | 'none' {
  const row = forge.db
    .prepare<[number, string], { permission: Role }>(
      'select permission from collaborator where repository = ? and login = ? collate nocase',
    )
    .get(repository.id, login);
  return row?.permission ?? 'none';
}

/** What GitHub calls the permission of a role, which is one of its older and fewer words. */
export const permissionOf = (role: Role | 'none'): 'admin' | 'write' | 'read' | 'none' =>
  (({ admin: 'admin', maintain: 'write', write: 'write', triage: 'read', read: 'read', none: 'none' }) as const)[role];
