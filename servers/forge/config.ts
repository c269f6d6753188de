import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';

/** Permissions of a GitHub App that forge knows, as GitHub names them. */
export const permissionNames = [
  'metadata',
  'contents',
  'pull_requests',
  'checks',
  'statuses',
  'actions',
  'workflows',
  'administration',
] as const;
export type PermissionName = (typeof permissionNames)[number];
export type Level = 'read' | 'write';
export type Permissions = Partial<Record<PermissionName, Level>>;

/** What the App's installation may do unless a fixtures file says otherwise: no `workflows`, as should be in earnest. */
const defaultPermissions: Permissions = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  checks: 'read',
  statuses: 'read',
  actions: 'read',
};

/** A repository of the demo organisation, with a README.md alone. */
export type NewRepository = { readonly name: string; readonly description: string };

export type ForgeConfig = {
  /** Directory of forge's own data: repositories, database, keys, request log. Made with mode 0700. */
  dataDir: string;
  host: '127.0.0.1' | '::1' | 'localhost';
  /** 0 lets the system choose. */
  port: number;
  appId: number;
  /** Public half of the App's RSA key; the private half never comes here. */
  appPublicKey: KeyObject;
  /** What the App's installation may do at most. */
  permissions: Permissions;
  /** Repositories that are made beside the demo's when the data is filled. */
  repositories?: readonly NewRepository[] | undefined;
  /** The PATH in which git is looked for; all that a child process gets of the environment. */
  path: string;
  /** For tests: path of a JSON list of faults, read anew on each request (see faults.ts). */
  faultsFile: string | undefined;
};

const environmentSchema = z.object({
  COUNTERSIGN_DATA: z.string().min(1, 'is needed: the data directory'),
  COUNTERSIGN_FORGE_HOST: z
    .enum(['127.0.0.1', '::1', 'localhost'], 'must be a loopback address: forge is for this machine alone')
    .default('127.0.0.1'),
  COUNTERSIGN_FORGE_PORT: z.coerce.number().int().min(0).max(65535).default(7100),
  COUNTERSIGN_FORGE_APP_ID: z.coerce.number().int().positive().default(1),
  COUNTERSIGN_FORGE_APP_PUBLIC_KEY: z
    .string('is needed: the path of the PEM file with the public key of the App')
    .transform(readPublicKey),
  COUNTERSIGN_FORGE_FIXTURES: z.string().optional().transform(readFixtures),
  COUNTERSIGN_FORGE_FAULTS: z.string().optional(),
  PATH: z.string().default('/usr/bin:/bin'),
});

const fixturesSchema = z.strictObject({
  permissions: z.partialRecord(z.enum(permissionNames), z.enum(['read', 'write'])).default(defaultPermissions),
  repositories: z
    .array(z.strictObject({ name: z.string().regex(/^[\w-]+$/), description: z.string() }))
    .max(20)
    .default([]),
});

function readPublicKey(path: string, context: z.RefinementCtx): KeyObject {
  try {
    const pem = readFileSync(path, 'utf8');
    if (pem.includes('PRIVATE KEY')) throw new Error('it holds a private key, which must not come here');
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType !== 'rsa') throw new Error('it is not an RSA key');
    return key;
  } catch (error) {
    context.addIssue(`cannot be used: ${error instanceof Error ? error.message : 'unreadable'}`);
    return z.NEVER;
  }
}

function readFixtures(path: string | undefined, context: z.RefinementCtx): z.infer<typeof fixturesSchema> {
  if (path === undefined || path === '') return fixturesSchema.parse({});
  try {
    return fixturesSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no readable JSON file';
    context.addIssue(`cannot be used: ${reason}`);
    return z.NEVER;
  }
}

/**
 * Reads the settings once.
 * @throws AppError `bad_configuration` that lists every problem, one a line.
 */
export function readConfig(environment: Environment = process.env): ForgeConfig {
  const values = parseEnvironment(environmentSchema, environment, 'forge');
  return {
    dataDir: resolve(values.COUNTERSIGN_DATA, 'forge'),
    host: values.COUNTERSIGN_FORGE_HOST,
    port: values.COUNTERSIGN_FORGE_PORT,
    appId: values.COUNTERSIGN_FORGE_APP_ID,
    appPublicKey: values.COUNTERSIGN_FORGE_APP_PUBLIC_KEY,
    ...values.COUNTERSIGN_FORGE_FIXTURES,
    path: values.PATH,
    faultsFile: values.COUNTERSIGN_FORGE_FAULTS || undefined,
  };
}
