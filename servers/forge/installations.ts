import type { ForgeApp } from './apps.ts';
import type { Level, PermissionName, Permissions } from './config.ts';
import type { Forge } from './forge.ts';
import { isSelected, requireActive } from './owner-settings.ts';
import { Refusal } from './refusal.ts';
import { type Repository, repositoriesOf } from './repositories.ts';
import { allows, mintToken } from './tokens.ts';

/** The App, installed on one account, on all of its repositories. */
export type Installation = { id: number; account: string; createdAt: string };

type Row = { id: number; account: string; created_at: string };
const toInstallation = (row: Row): Installation => ({ id: row.id, account: row.account, createdAt: row.created_at });

export const listInstallations = (forge: Forge): Installation[] =>
  forge.db.prepare<[], Row>('select * from installation order by id').all().map(toInstallation);

export function installationById(forge: Forge, id: number): Installation | undefined {
  return listInstallations(forge).find((installation) => installation.id === id);
}

export function installationOf(forge: Forge, account: string): Installation | undefined {
  return listInstallations(forge).find((entry) => entry.account.toLowerCase() === account.toLowerCase());
}

/** What the body of the access token request may say. */
export type TokenRequest = {
  repository_ids?: number[] | undefined;
  repositories?: string[] | undefined;
  permissions?: Record<string, string> | undefined;
};

/** Mints a token no wider than the installation. */
export function mintFor(forge: Forge, app: ForgeApp, installation: Installation, request: TokenRequest) {
  requireActive(forge, installation.account);
  const repositories = narrowRepositories(forge, installation, request);
  const permissions = narrowPermissions(app.permissions, request.permissions);
  const grant = {
    installation: installation.id,
    repositories: repositories?.map((each) => each.id) ?? null,
    permissions,
  };
  return { ...mintToken(forge.db, grant, forge.now()), permissions, repositories };
}

function narrowRepositories(forge: Forge, installation: Installation, request: TokenRequest): Repository[] | null {
  if (request.repository_ids === undefined && request.repositories === undefined) return null;
  const all = repositoriesOf(forge, installation.account).filter((each) => isSelected(forge, each));
  const wanted = [
    ...(request.repository_ids ?? []).map((id) => all.find((each) => each.id === id)),
    ...(request.repositories ?? []).map((name) => all.find((each) => each.name.toLowerCase() === name.toLowerCase())),
  ];
  const found = wanted.filter((each) => each !== undefined);
  if (found.length === 0 || found.length < wanted.length) {
    throw new Refusal(
      'UNPROCESSABLE',
      'There is at least one repository that does not exist or is not accessible to the parent installation.',
    );
  }
  return [...new Map(found.map((each) => [each.id, each])).values()];
}

function narrowPermissions(granted: Permissions, wanted: Record<string, string> | undefined): Permissions {
  if (wanted === undefined) return { ...granted, metadata: 'read' };
  for (const [name, level] of Object.entries(wanted)) {
    const known = level === 'read' || level === 'write';
    if (!known || !allows(granted, name as PermissionName, level)) {
      throw new Refusal('UNPROCESSABLE', 'The permissions requested are not granted to this installation.');
    }
  }
  return { ...(wanted as Record<PermissionName, Level>), metadata: 'read' };
}
