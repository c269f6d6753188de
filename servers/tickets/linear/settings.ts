import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { readSecretFile } from '#shared/config/secret-file.ts';
import { Secret } from '#shared/http/secret.ts';
import { assignableScope, type Credential, usualScopes } from './credential.ts';

const loopback: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The variables of Linear. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const linearSettings = {
  COUNTERSIGN_TICKETS_LINEAR_URL: z.string().default('https://api.linear.app').transform(readOrigin),
  COUNTERSIGN_TICKETS_LINEAR_CLIENT_ID: z.string().min(1, 'is empty').max(200).optional(),
  COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET_FILE: z.string().transform(readFile).optional(),
  COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET: z.string().transform(readText).optional(),
  COUNTERSIGN_TICKETS_LINEAR_ASSIGNABLE: z.enum(['on', 'off'], 'must be on or off').default('off'),
  COUNTERSIGN_TICKETS_LINEAR_API_KEY_FILE: z.string().transform(readFile).optional(),
  COUNTERSIGN_TICKETS_LINEAR_API_KEY: z.string().transform(readText).optional(),
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
  const secret =
    values.COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET_FILE ?? values.COUNTERSIGN_TICKETS_LINEAR_CLIENT_SECRET;
  const clientId = values.COUNTERSIGN_TICKETS_LINEAR_CLIENT_ID;
  if (secret === undefined || clientId === undefined) throw new TypeError('settings were taken without a credential');
  const scopes = [...usualScopes, ...(values.COUNTERSIGN_TICKETS_LINEAR_ASSIGNABLE === 'on' ? [assignableScope] : [])];
  return { origin, credential: { kind: 'app', clientId, secret, scopes } };
}

function readOrigin(base: string, context: z.RefinementCtx): string {
  if (!URL.canParse(base)) return problem(context, 'is not a URL');
  const { protocol, hostname, origin, pathname, search, hash, username, password } = new URL(base);
  if (username !== '' || password !== '') return problem(context, 'must not hold a user name or password');
  if (pathname !== '/' || search !== '' || hash !== '') return problem(context, 'must be a host alone, without a path');
  if (protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname))) return origin;
  return problem(context, 'must begin with https:// (http:// is for a loopback address only)');
}

function readFile(path: string, context: z.RefinementCtx): Secret {
  const read = readSecretFile(path);
  return 'problem' in read ? problem(context, read.problem) : readText(read.secret, context);
}

/** What can stand in a header. */
function readText(text: string, context: z.RefinementCtx): Secret {
  return /^[\x21-\x7e]{8,1000}$/.test(text) ? new Secret(text) : problem(context, 'holds no key or secret of Linear');
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}
