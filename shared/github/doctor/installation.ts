import * as z from 'zod';
import { findings } from '../../doctor/finding.ts';
import type { Finding } from '../../doctor/report.ts';
import type { AppError } from '../../errors.ts';
import { Secret } from '../../http/secret.ts';
import type { AppClient } from '../app.ts';
import type { Endpoints } from '../endpoints.ts';
import { appError, unavailable } from '../errors.ts';
import { fetchWithin } from '../fetch.ts';
import { sameRepository } from '../names.ts';
import { compared, type Permissions } from '../permissions.ts';
import { rest } from '../rest.ts';

const permissions = z.record(z.string(), z.string());
const about = z.object({ slug: z.string(), permissions, events: z.array(z.string()).default([]) });
const installation = z.object({
  id: z.number().int().positive(),
  account: z.object({ login: z.string() }).nullable(),
  permissions,
  suspended_at: z.string().nullish(),
});
type Installation = z.infer<typeof installation>;
const minted = z.object({ token: z.string().regex(/^[\x21-\x7e]+$/) });
const covered = z.object({ total_count: z.number().int(), repositories: z.array(z.object({ full_name: z.string() })) });
const rates = z.object({ resources: z.record(z.string(), z.object({ limit: z.number(), remaining: z.number() })) });

type Options = {
  readonly endpoints: Endpoints;
  readonly userAgent: string;
  readonly app: AppClient;
  readonly needed: Permissions;
  /** `owner/name` of what blueprints grant. */
  readonly granted: readonly string[];
};

/** The App itself, and each of its installations: what they may do, and where. */
export async function lookAtApp(options: Options): Promise<readonly Finding[]> {
  const { app, needed } = options;
  const { ok, wrong } = findings('the GitHub App');
  try {
    const { slug, permissions: given, events } = about.parse(await app.read(['app']));
    const all = z.array(installation).parse(await app.read(['app', 'installations'], { per_page: '100' }));
    const perInstallation = await Promise.all(all.map((one) => lookAtInstallation(options, one)));
    return [
      ok('app', `It is ${slug}, installed on ${all.length === 1 ? 'one account' : `${all.length} accounts`}.`),
      ...permissionFindings(`the GitHub App ${slug}`, needed, given),
      ...(events.length === 0 ? [] : [eventFinding(slug, events)]),
      ...(all.length === 0
        ? [wrong('installations', 'It is installed nowhere.', 'Install it on what blueprints grant.')]
        : []),
      ...perInstallation.flat(),
    ];
  } catch (error) {
    const { message, next } = said(error);
    return [wrong('app', message, next)];
  }
}

function eventFinding(slug: string, events: readonly string[]): Finding {
  const message = `It is subscribed to events (${events.join(', ')}), which nothing here takes.`;
  return findings(`the GitHub App ${slug}`).advice('events', message, 'Take them away in its settings.');
}

/** With these an agent's change could lift what holds it. */
const dangerous = /^(?:workflows|administration|organization_\w+|members|secrets|environments|actions: write)\b/;

function permissionFindings(
  where: string,
  needed: Permissions,
  given: Readonly<Record<string, string>>,
): readonly Finding[] {
  const { ok, advice, wrong } = findings(where);
  const { missing, beyond } = compared(needed, given);
  const worst = beyond.filter((one) => dangerous.test(one) || one.endsWith(': write') || one.endsWith(': admin'));
  const rest = beyond.filter((one) => !worst.includes(one));
  const found = [
    ...(missing.length === 0
      ? []
      : [
          wrong(
            'permissions_missing',
            `The tools that blueprints grant need ${missing.join(', ')} besides.`,
            'Give the App these permissions, and accept them where it is installed.',
          ),
        ]),
    ...(worst.length === 0
      ? []
      : [
          wrong(
            'permissions_beyond',
            `No granted tool needs ${worst.join(', ')}.`,
            'Take these permissions away from the App.',
          ),
        ]),
    ...(rest.length === 0
      ? []
      : [
          advice(
            'permissions_beyond',
            `No granted tool needs ${rest.join(', ')}.`,
            'They could be taken away from the App.',
          ),
        ]),
  ];
  return found.length > 0 ? found : [ok('permissions', 'It has what the granted tools need, and no more.')];
}

async function lookAtInstallation(options: Options, one: Installation): Promise<readonly Finding[]> {
  const account = one.account?.login ?? String(one.id);
  const where = `the installation on ${account}`;
  const { wrong } = findings(where);
  if (one.suspended_at != null) {
    return [wrong('suspended', 'Its owner has suspended it.', `Unsuspend it in the settings of ${account}.`)];
  }
  const found = permissionFindings(where, options.needed, one.permissions);
  try {
    return [...found, ...(await lookInside(options, one, where))];
  } catch (error) {
    const { message, next } = said(error);
    return [...found, wrong('installation', message, next)];
  }
}

/** Lists what it covers, with a token that sees names and no more, and is revoked at once. */
async function lookInside(options: Options, { id }: Installation, where: string): Promise<readonly Finding[]> {
  const { endpoints, userAgent, app, granted } = options;
  const { ok, advice } = findings(where);
  const { token } = minted.parse(await app.createOverviewToken(id));
  const limits = { origin: endpoints.origin, userAgent, timeoutMs: 10_000, maxBytes: 16 * 1024 * 1024 } as const;
  const via = { endpoints, fetch: fetchWithin({ ...limits, redirects: 'refuse', token: new Secret(token) }) };
  try {
    const { total_count: total, repositories } = covered.parse(
      await rest(via, 'GET', ['installation', 'repositories'], { per_page: '100' }),
    );
    const names = repositories.map(({ full_name: name }) => name);
    const extra = names.filter((name) => !granted.some((one) => sameRepository(one, name)));
    const more = total > names.length ? ` and maybe ${total - names.length} more` : '';
    const { core, graphql } = rates.parse(await rest(via, 'GET', ['rate_limit'])).resources;
    const left = [core, graphql].map((one) => (one ? `${one.remaining} of ${one.limit}` : 'an unknown number'));
    return [
      extra.length === 0 && more === ''
        ? ok('repositories', 'It covers what blueprints grant, and no more.')
        : advice(
            'repositories',
            `It covers what no blueprint grants: ${extra.slice(0, 10).join(', ')}${extra.length > 10 ? ` and ${extra.length - 10} more` : ''}${more}.`,
            'Select the repositories that it is installed on.',
          ),
      ok('rate_limit', `Left in this hour: ${left[0]} REST requests, ${left[1]} points of GraphQL.`),
    ];
  } finally {
    await rest(via, 'DELETE', ['installation', 'token']).catch(() => {});
  }
}

/** What went wrong, in words that were written for a reader. */
const said = (error: unknown): AppError =>
  error instanceof z.ZodError ? unavailable(error) : appError(error, unavailable);
