import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { readSecretFile } from '#shared/config/secret-file.ts';
import { Secret } from '#shared/http/secret.ts';
import type { Credential } from '#shared/atlassian/credential.ts';
import { callable, endpointsOf, type JiraEndpoints } from '#shared/atlassian/endpoints.ts';

/** The variables of Jira Cloud. The messages quote nothing: a secret in the wrong place stays out of the log. */
export const jiraSettings = {
  COUNTERSIGN_TICKETS_JIRA_SITE: z
    .string('is needed: where people see Jira, such as https://acme.atlassian.net')
    .transform(readUrl)
    .refine((url) => new URL(url).pathname === '/', 'must be a host alone, without a path'),
  COUNTERSIGN_TICKETS_JIRA_CLOUD_ID: z
    .string()
    .regex(/^[0-9A-Za-z-]{1,64}$/, 'is no cloud id: SITE/_edge/tenant_info shows it')
    .optional(),
  COUNTERSIGN_TICKETS_JIRA_CLIENT_ID: z.string().min(1, 'is empty').max(200).optional(),
  COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET_FILE: z.string().transform(readFile).optional(),
  COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET: z.string().transform(readText).optional(),
  COUNTERSIGN_TICKETS_JIRA_EMAIL: z.email('must be the e-mail address of the account').optional(),
  COUNTERSIGN_TICKETS_JIRA_API_TOKEN_FILE: z.string().transform(readFile).optional(),
  COUNTERSIGN_TICKETS_JIRA_API_TOKEN: z.string().transform(readText).optional(),
  COUNTERSIGN_TICKETS_JIRA_API_URL: z.string().default('https://api.atlassian.com').transform(readUrl),
  COUNTERSIGN_TICKETS_JIRA_TOKEN_URL: z.string().default('https://auth.atlassian.com/oauth/token').transform(readUrl),
  COUNTERSIGN_TICKETS_JIRA_ARCHIVE: z.enum(['on', 'off'], 'must be on or off').default('off'),
} as const;

/** Those that hold a secret themselves. */
export const jiraSecrets = ['COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET', 'COUNTERSIGN_TICKETS_JIRA_API_TOKEN'] as const;

export type JiraOptions = {
  readonly endpoints: JiraEndpoints;
  readonly credential: Credential;
  /** Whether the plan of the site has archives, as the operator says: Jira does not tell. */
  readonly archive: boolean;
};

const prefix = 'COUNTERSIGN_TICKETS_JIRA_';
const clientNames = ['CLIENT_SECRET_FILE', 'CLIENT_SECRET'].map((name) => prefix + name);
const tokenNames = ['API_TOKEN_FILE', 'API_TOKEN'].map((name) => prefix + name);

/** Adds to settings that one credential is given, and all of it, whatever else is wrong. */
export function withJiraCredential<T>(schema: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  return problemsOf(environment).reduce<z.ZodType<T>>(
    (all, [name, error]) => all.refine(() => false, { path: [prefix + name], error, when: () => true }),
    schema,
  );
}

function problemsOf(environment: Environment): readonly (readonly [name: string, problem: string])[] {
  const has = (name: string): boolean => environment[name] !== undefined;
  const given = [...clientNames, ...tokenNames].filter(has);
  const [one] = given;
  if (one === undefined) {
    const problem = 'is needed, with CLIENT_SECRET_FILE and CLOUD_ID: the client credentials of a service account';
    return [['CLIENT_ID', `${problem} (or EMAIL and API_TOKEN_FILE)`]];
  }
  if (given.length > 1) return [['CLIENT_ID', `only one of these may be given: ${given.join(', ')}`]];
  const isClient = clientNames.includes(one);
  const needed = isClient ? ['CLIENT_ID', 'CLOUD_ID'] : ['EMAIL'];
  const useless = isClient ? ['EMAIL'] : ['CLIENT_ID'];
  return [
    ...needed.filter((name) => !has(prefix + name)).map((name) => [name, `is needed with ${one}`] as const),
    ...useless.filter((name) => has(prefix + name)).map((name) => [name, `has no use with ${one}`] as const),
  ];
}

type Values = z.output<z.ZodObject<typeof jiraSettings>>;

export function jiraOptions(values: Values): JiraOptions {
  const endpoints = endpointsOf({
    site: values.COUNTERSIGN_TICKETS_JIRA_SITE,
    cloudId: values.COUNTERSIGN_TICKETS_JIRA_CLOUD_ID,
    gateway: values.COUNTERSIGN_TICKETS_JIRA_API_URL,
    token: values.COUNTERSIGN_TICKETS_JIRA_TOKEN_URL,
  });
  return { endpoints, credential: credentialOf(values), archive: values.COUNTERSIGN_TICKETS_JIRA_ARCHIVE === 'on' };
}

function credentialOf(values: Values): Credential {
  const { COUNTERSIGN_TICKETS_JIRA_CLIENT_ID: clientId, COUNTERSIGN_TICKETS_JIRA_EMAIL: email } = values;
  const client = values.COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET_FILE ?? values.COUNTERSIGN_TICKETS_JIRA_CLIENT_SECRET;
  if (client !== undefined && clientId !== undefined) return { kind: 'client', clientId, secret: client };
  const token = values.COUNTERSIGN_TICKETS_JIRA_API_TOKEN_FILE ?? values.COUNTERSIGN_TICKETS_JIRA_API_TOKEN;
  if (token !== undefined && email !== undefined) return { kind: 'token', email, secret: token };
  throw new TypeError('settings were taken without a credential');
}

function readUrl(text: string, context: z.RefinementCtx): string {
  const read = callable(text);
  return 'url' in read ? read.url : problem(context, read.problem);
}

function readFile(path: string, context: z.RefinementCtx): Secret {
  const read = readSecretFile(path);
  return 'problem' in read ? problem(context, read.problem) : readText(read.secret, context);
}

/** What can stand in a header. */
function readText(text: string, context: z.RefinementCtx): Secret {
  return /^[\x21-\x7e]{8,4000}$/.test(text) ? new Secret(text) : problem(context, 'holds no secret of Atlassian');
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}
