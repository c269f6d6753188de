import * as z from 'zod';
import { callableUrl, hostUrl, secretIn } from '#shared/config/connection.ts';
import type { Environment } from '#shared/config/environment.ts';
import type { Secret } from '#shared/http/secret.ts';
import type { Credential } from './credential.ts';

/** Where requests and tokens go, unless somebody stands in for them. */
export const gatewayUrl = z.string().default('https://api.atlassian.com').pipe(callableUrl);
export const tokenUrl = z.string().default('https://auth.atlassian.com/oauth/token').pipe(callableUrl);

/** Where people see a site: a host alone. @param what begins the message: "where people see Jira" */
export const siteUrl = (what: string) =>
  z.string(`is needed: ${what}, such as https://acme.atlassian.net`).pipe(hostUrl);

export const cloudId = z
  .string()
  .regex(/^[0-9A-Za-z-]{1,64}$/, 'is no cloud id: SITE/_edge/tenant_info shows it')
  .optional();
export const clientId = z.string().min(1, 'is empty').max(200).optional();
export const accountEmail = z.email('must be the e-mail address of the account').optional();

/** What can stand in a header. */
export const { file: secretFile, text: secretText } = secretIn(/^[\x21-\x7e]{8,4000}$/, 'holds no secret of Atlassian');

const clientNames = ['CLIENT_SECRET_FILE', 'CLIENT_SECRET'];
const tokenNames = ['API_TOKEN_FILE', 'API_TOKEN'];

/**
 * Adds to settings that one credential is given, and all of it, whatever else is wrong.
 * @param prefix of their names: COUNTERSIGN_TICKETS_JIRA_
 */
export function withCredential<T>(prefix: string, schema: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  return problemsOf(prefix, environment).reduce<z.ZodType<T>>(
    (all, [name, error]) => all.refine(() => false, { path: [prefix + name], error, when: () => true }),
    schema,
  );
}

function problemsOf(prefix: string, environment: Environment): readonly (readonly [name: string, problem: string])[] {
  const has = (name: string): boolean => environment[prefix + name] !== undefined;
  const given = [...clientNames, ...tokenNames].filter(has);
  const [one] = given;
  if (one === undefined) {
    const problem = 'is needed, with CLIENT_SECRET_FILE and CLOUD_ID: the client credentials of a service account';
    return [['CLIENT_ID', `${problem} (or EMAIL and API_TOKEN_FILE)`]];
  }
  const names = given.map((name) => prefix + name).join(', ');
  if (given.length > 1) return [['CLIENT_ID', `only one of these may be given: ${names}`]];
  const isClient = clientNames.includes(one);
  const needed = isClient ? ['CLIENT_ID', 'CLOUD_ID'] : ['EMAIL'];
  const useless = isClient ? ['EMAIL'] : ['CLIENT_ID'];
  return [
    ...needed.filter((name) => !has(name)).map((name) => [name, `is needed with ${prefix}${one}`] as const),
    ...useless.filter(has).map((name) => [name, `has no use with ${prefix}${one}`] as const),
  ];
}

type Given = {
  readonly clientId: string | undefined;
  readonly client: Secret | undefined;
  readonly email: string | undefined;
  readonly token: Secret | undefined;
};

/** The credential in settings of which {@link withCredential} found nothing wrong. */
export function credentialOf({ clientId: id, client, email, token }: Given): Credential {
  if (client !== undefined && id !== undefined) return { kind: 'client', clientId: id, secret: client };
  if (token !== undefined && email !== undefined) return { kind: 'token', email, secret: token };
  throw new TypeError('settings were taken without a credential');
}
