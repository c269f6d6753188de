import * as z from 'zod';
import { hostUrl, secretIn } from '#shared/config/connection.ts';
import type { Environment } from '#shared/config/environment.ts';
import { assignableScope, type Credential, usualScopes } from './credential.ts';

/** What can stand in a header. */
const secret = secretIn(/^[\x21-\x7e]{8,1000}$/, 'holds no key or secret of Linear');

/** The variables of Linear. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const linearSettings = {
  COUNTERSIGN_TICKETS_LINEAR_URL: z.string().default('https://api.linear.app').pipe(hostUrl),
  COUNTERSIGN_TICKETS_LINEAR_CLIENT_ID: z.string().min(1, 'is empty').max(200).optional(),
  COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET_FILE: secret.file,
  COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET: secret.text,
  COUNTERSIGN_TICKETS_LINEAR_ASSIGNABLE: z.enum(['on', 'off'], 'must be on or off').default('off'),
  COUNTERSIGN_TICKETS_LINEAR_API_KEY_FILE: secret.file,
  COUNTERSIGN_TICKETS_LINEAR_API_KEY: secret.text,
} as const;

/** Those that hold a secret themselves. */
export const linearSecrets = [
  'COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET',
  'COUNTERSIGN_TICKETS_LINEAR_API_KEY',
] as const;

export type LinearOptions = {
  /** Scheme, host and port of the API. */
  readonly origin: string;
  readonly credential: Credential;
};

const prefix = 'COUNTERSIGN_TICKETS_LINEAR_';
const id = `${prefix}CLIENT_ID`;
const secretNames = ['CLIENT_SECRET_FILE', 'CLIENT_SECRET', 'API_KEY_FILE', 'API_KEY'].map(
  (name) => `${prefix}${name}`,
);

/** Adds to settings that one credential is given, and all of it, whatever else is wrong. */
export function withLinearCredential<T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  const problem = problemOf(environment);
  if (problem === null) return schema;
  return schema.refine(() => false, { path: [id], error: problem, when: () => true });
}

function problemOf(environment: Environment): string | null {
  const given = secretNames.filter((name) => environment[name] !== undefined);
  const [one] = given;
  if (one === undefined) {
    return 'is needed, with CLIENT_SECRET_FILE: the client credentials of an OAuth application (or an API_KEY_FILE alone)';
  }
  if (given.length > 1) return `only one of these may be given: ${given.join(', ')}`;
  const isKey = one.includes('API_KEY');
  if (isKey && environment[id] !== undefined) return 'has no use with an API key: give one credential';
  return isKey || environment[id] !== undefined ? null : 'is needed with the secret of an OAuth application';
}

type Values = z.output<z.ZodObject<typeof linearSettings>>;

export function linearOptions(values: Values): LinearOptions {
  const origin = values.COUNTERSIGN_TICKETS_LINEAR_URL;
  const key = values.COUNTERSIGN_TICKETS_LINEAR_API_KEY_FILE ?? values.COUNTERSIGN_TICKETS_LINEAR_API_KEY;
  if (key !== undefined) return { origin, credential: { kind: 'key', key } };
  const given = values.COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET_FILE ?? values.COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET;
  const clientId = values.COUNTERSIGN_TICKETS_LINEAR_CLIENT_ID;
  if (given === undefined || clientId === undefined) throw new TypeError('settings were taken without a credential');
  const scopes = [...usualScopes, ...(values.COUNTERSIGN_TICKETS_LINEAR_ASSIGNABLE === 'on' ? [assignableScope] : [])];
  return { origin, credential: { kind: 'app', clientId, secret: given, scopes } };
}
