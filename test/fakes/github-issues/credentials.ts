import { createVerify } from 'node:crypto';
import * as z from 'zod';
import { fullName, type Hub, type HubRepository } from './hub.ts';
import { RestRefusal } from './refusal.ts';

export type Level = 'read' | 'write';
export type HubToken = {
  readonly value: string;
  readonly repositories: readonly number[];
  readonly permissions: Readonly<Record<string, Level>>;
  readonly expiresAt: number;
  revoked: boolean;
};

/** The App of a fake GitHub: where it is installed, with which permissions, and the tokens that it was given. */
export class HubApp {
  readonly id = 7;
  readonly slug = 'countersign';
  readonly tokens: HubToken[] = [];
  readonly publicKey: string;
  /** Of the App and its one installation on each owner. */
  permissions: Record<string, Level> = { issues: 'write', metadata: 'read' };
  /** Owners by the number of the installation there, and what it covers. */
  readonly installations = new Map<number, { readonly owner: string; readonly repositories: Set<number> }>();
  suspended = false;

  constructor(publicKey: string) {
    this.publicKey = publicKey;
  }

  install(repository: HubRepository): void {
    const known = [...this.installations.values()].find(({ owner }) => owner === repository.owner);
    if (known) known.repositories.add(repository.id);
    else {
      const repositories = new Set([repository.id]);
      this.installations.set(900 + this.installations.size, { owner: repository.owner, repositories });
    }
  }

  /** Throws 401 unless the header has a JWT of the App. */
  assertApp(header: string | undefined): void {
    const [, head = '', payload = '', signature = ''] = /^bearer ([^.]+)\.([^.]+)\.([^.]+)$/i.exec(header ?? '') ?? [];
    const verified = createVerify('sha256').update(`${head}.${payload}`).verify(this.publicKey, signature, 'base64url');
    if (!verified) throw new RestRefusal(401, 'A JSON web token could not be decoded');
    const { iss, iat, exp } = claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    const now = Date.now() / 1000;
    if (String(iss) !== String(this.id)) throw new RestRefusal(401, 'Integration must have the correct issuer');
    if (exp < now || iat > now + 60 || exp - iat > 600)
      throw new RestRefusal(401, "'Expiration time' claim is not right");
  }

  mint(hub: Hub, installationId: number, body: unknown): HubToken & { readonly names: HubRepository[] } {
    if (this.suspended) throw new RestRefusal(403, 'This installation has been suspended');
    const installation = this.installations.get(installationId);
    if (!installation) throw new RestRefusal(404, 'Not Found');
    const { repository_ids: ids, repositories: names, permissions = this.permissions } = tokenBody.parse(body);
    const covered = hub.repositories.filter(({ id }) => installation.repositories.has(id));
    const wanted = covered.filter(
      ({ id, name }) =>
        (ids === undefined && names === undefined) ||
        ids?.includes(id) ||
        names?.some((one) => one.toLowerCase() === name.toLowerCase()),
    );
    if (wanted.length === 0 || (ids?.length ?? names?.length ?? wanted.length) !== wanted.length) {
      throw new RestRefusal(422, 'There is at least one repository that does not exist or is not accessible');
    }
    for (const [name, level] of Object.entries(permissions)) {
      const has = this.permissions[name];
      if (has !== 'write' && has !== level) throw new RestRefusal(422, 'The permissions requested are not granted');
    }
    const value = `ghs_fake${this.tokens.length}${'x'.repeat(30)}`;
    const expiresAt = Date.now() + 3_600_000;
    const token = { value, permissions, repositories: wanted.map(({ id }) => id), expiresAt, revoked: false };
    this.tokens.push(token);
    return Object.assign(token, { names: wanted });
  }

  tokenOf(header: string | undefined): HubToken {
    const [, value] = /^bearer (\S+)$/i.exec(header ?? '') ?? [];
    const found = this.tokens.find((each) => each.value === value && !each.revoked && each.expiresAt > Date.now());
    if (!found) throw new RestRefusal(401, 'Bad credentials');
    return found;
  }
}

const claims = z.object({ iss: z.union([z.string(), z.number()]), iat: z.number(), exp: z.number() });
/** As documented: https://docs.github.com/en/rest/apps/apps#create-an-installation-access-token-for-an-app */
const tokenBody = z.strictObject({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number().int()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
});

/** Whether a token reaches a repository: everybody sees what is public, and nobody else's token writes it. */
export function canSee(token: HubToken, repository: HubRepository): boolean {
  return token.repositories.includes(repository.id) || repository.visibility === 'public';
}

export function allows(token: HubToken, repository: HubRepository, level: Level): boolean {
  const has = token.permissions['issues'];
  const isOfIt = token.repositories.includes(repository.id);
  if (level === 'read') return (isOfIt && has !== undefined) || repository.visibility === 'public';
  return isOfIt && has === 'write';
}

/** The repository of a name, or of one that it had; the second says whether it was. */
export function named(
  hub: Hub,
  owner: string,
  name: string,
): { repository: HubRepository; former: boolean } | undefined {
  const key = `${owner}/${name}`.toLowerCase();
  const now = hub.repositories.find((each) => fullName(each).toLowerCase() === key);
  if (now) return { repository: now, former: false };
  const before = hub.former.get(key);
  return before && { repository: before, former: true };
}
