import type { ForgeApp } from './apps.ts';
import type { Caller } from './auth.ts';
import type { Level, PermissionName } from './config.ts';
import type { Forge } from './forge.ts';
import { type Installation, installationById } from './installations.ts';
import { isSelected } from './owner-settings.ts';
import { Refusal } from './refusal.ts';
import { type Repository, repositoriesOf, repositoryById, repositoryByName } from './repositories.ts';
import { allows, type TokenGrant } from './tokens.ts';

const forbidden = (): Refusal => new Refusal('FORBIDDEN', 'Resource not accessible by integration');

/** The token of a caller that is an installation; the App itself cannot read or write repositories. */
export function requireInstallation(caller: Caller): TokenGrant {
  if (caller.kind === 'app') throw new Refusal('UNAUTHENTICATED', 'This needs an installation access token');
  return caller.token;
}

/** The App that asks; refuses installation tokens where only an App's JWT may. */
export function requireApp(caller: Caller): ForgeApp {
  if (caller.kind !== 'app') throw new Refusal('UNAUTHENTICATED', 'A JSON web token could not be decoded');
  return caller.app;
}

function reaches(forge: Forge, token: TokenGrant, repository: Repository): boolean {
  const owner = installationById(forge, token.installation)?.account;
  if (repository.owner !== owner || !isSelected(forge, repository)) return false;
  return token.repositories?.includes(repository.id) ?? true;
}

/** A repository that this token reaches, by id; undefined for others, as if they did not exist. */
export function visibleById(forge: Forge, token: TokenGrant, id: number): Repository | undefined {
  const repository = repositoryById(forge, id);
  return repository && reaches(forge, token, repository) ? repository : undefined;
}

/** A repository that this token reaches, by name; undefined for others, as if they did not exist. */
export function visibleByName(forge: Forge, token: TokenGrant, owner: string, name: string): Repository | undefined {
  const repository = repositoryByName(forge, owner, name);
  return repository && reaches(forge, token, repository) ? repository : undefined;
}

/** All repositories that this token reaches. */
export function visibleRepositories(forge: Forge, token: TokenGrant): Repository[] {
  const installation: Installation | undefined = installationById(forge, token.installation);
  return installation ? repositoriesOf(forge, installation.account).filter((each) => reaches(forge, token, each)) : [];
}

/** @throws Refusal FORBIDDEN where the token lacks the permission. */
export function requirePermission(token: TokenGrant, name: PermissionName, level: Level): void {
  if (!allows(token.permissions, name, level)) throw forbidden();
}
