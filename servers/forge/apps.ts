import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { appSlug } from './accounts.ts';
import { arrangement } from './arrangement.ts';
import type { Permissions } from './config.ts';
import type { Forge } from './forge.ts';

/** A GitHub App. Whichever it is, what it writes is by the one bot of forge. */
export type ForgeApp = {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly permissions: Permissions;
};

type Row = { id: number; slug: string; name: string; public_key: string; permissions: string };

/** The App that forge was started with, or one that was made from a manifest. */
export function appById(forge: Forge, id: string): ForgeApp | undefined {
  const { appId, appPublicKey, permissions } = forge.config;
  if (id === String(appId)) {
    const own = arrangement(forge).permissions ?? permissions;
    return { id: appId, slug: appSlug, name: 'Countersign', publicKey: appPublicKey, permissions: own };
  }
  const row = forge.db.prepare<[string], Row>('select * from made_app where id = cast(? as integer)').get(id);
  if (!row || String(row.id) !== id) return undefined;
  const { slug, name } = row;
  const made = JSON.parse(row.permissions) as Permissions;
  return { id: row.id, slug, name, publicKey: createPublicKey(row.public_key), permissions: made };
}

/** What is made when somebody confirms a manifest: everything of the App that is told once. */
export type MadeApp = { readonly id: number; readonly slug: string; readonly name: string; readonly pem: string };

/** Makes an App, installed wherever the first one is. */
export function makeApp(forge: Forge, wanted: { name: string; permissions: Permissions }): MadeApp {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const slug = wanted.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const { lastInsertRowid } = forge.db
    .prepare(
      `insert into made_app (id, slug, name, public_key, permissions)
       values ((select coalesce(max(id), ?) + 1 from made_app), ?, ?, ?, ?)`,
    )
    .run(
      forge.config.appId,
      slug,
      wanted.name,
      publicKey.export({ type: 'spki', format: 'pem' }),
      JSON.stringify(wanted.permissions),
    );
  const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  return { id: Number(lastInsertRowid), slug, name: wanted.name, pem };
}

/** Manifests that were confirmed and not yet exchanged, by their code. A code is good for one exchange. */
export type Confirmed = Map<string, { name: string; permissions: Permissions }>;

export const newCode = (): string => randomBytes(20).toString('hex');
