import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { suiteVersion } from '#shared/config/version.ts';
import { ledgerLocation } from '#shared/ledger/location.ts';

/** What every server of a backend is told, besides what its backend needs. */
export type ServerConfig = {
  /** The ledger's file or `postgres://` URL, shared by the servers of the suite. A URL may hold a password. */
  readonly ledger: string;
  /** The file of the keys that contents are encrypted with; undefined where they are not. */
  readonly contentsKeys: string | undefined;
  /** How long a change is held by an executor that gives no sign of life, in milliseconds. */
  readonly leaseMs: number;
  /** Port of the MCP listeners; 0 lets the system choose. */
  readonly port: number;
  /** A blueprint file, or a directory of them; the demo's unless another is named. */
  readonly blueprints: string;
  /** The list of people, without whom a sponsor has no writes; undefined where none is kept. */
  readonly people: string | undefined;
  /** Whether people sign in by link or at a provider; undefined where nobody says. */
  readonly signIn: 'link' | 'provider' | undefined;
  /** File with the public keys of those who may sign decisions. */
  readonly decisionKeys: string;
  /** Base of the console's address, for links to a change. Without a slash at the end. */
  readonly reviewUrl: string;
  /** The version of the suite. */
  readonly version: string;
};

const defaultBlueprint = fileURLToPath(new URL('../../capabilities/blueprints/default.yaml', import.meta.url));

/** The variables of {@link ServerConfig}; the port has a name of each server's own. */
export const serverSettings = {
  COUNTERSIGN_DATA: z.string('is needed: the data directory').min(1, 'is needed: the data directory'),
  COUNTERSIGN_LEDGER: z.string().optional(),
  COUNTERSIGN_CONTENTS_KEYS: z.string().min(1).optional(),
  COUNTERSIGN_LEASE_MS: z.coerce.number().int().min(500).max(600_000).default(10_000),
  COUNTERSIGN_BLUEPRINTS: z.string().optional(),
  COUNTERSIGN_PEOPLE: z.string().min(1, 'is empty: leave it out or give a path').optional(),
  COUNTERSIGN_SIGN_IN: z.enum(['link', 'oidc', 'iap', 'cloudflare-access']).optional(),
  COUNTERSIGN_DECISION_KEYS: z.string('is needed: the path of the JSON file with the public keys of decisions').min(1),
  COUNTERSIGN_REVIEW_URL: z.url({
    protocol: /^https?$/,
    error: 'is needed: the base URL of the console',
  }),
};

/** A port of a listener, by number; 0 for any that is free. */
export function portSetting(usual: number) {
  return z.coerce.number().int().min(0).max(65535).default(usual);
}

const values = z.object(serverSettings);

export type ServerSettings = z.output<typeof values>;

/** The settings that parsed, as the server uses them. */
export function serverConfig(given: ServerSettings, port: number): ServerConfig {
  const { COUNTERSIGN_CONTENTS_KEYS: contentsKeys, COUNTERSIGN_PEOPLE: people, COUNTERSIGN_SIGN_IN: way } = given;
  return {
    ledger: ledgerLocation(given.COUNTERSIGN_LEDGER ?? join(given.COUNTERSIGN_DATA, 'ledger.db')),
    contentsKeys: contentsKeys === undefined ? undefined : resolve(contentsKeys),
    leaseMs: given.COUNTERSIGN_LEASE_MS,
    port,
    blueprints: resolve(given.COUNTERSIGN_BLUEPRINTS ?? defaultBlueprint),
    people: people === undefined ? undefined : resolve(people),
    signIn: signInOf(way),
    decisionKeys: resolve(given.COUNTERSIGN_DECISION_KEYS),
    reviewUrl: given.COUNTERSIGN_REVIEW_URL.replace(/\/+$/, ''),
    version: suiteVersion(),
  };
}

function signInOf(way: string | undefined): ServerConfig['signIn'] {
  if (way === undefined) return undefined;
  return way === 'link' ? 'link' : 'provider';
}
