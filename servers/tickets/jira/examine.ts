import * as z from 'zod';
import { findings, wordsOf } from '#shared/doctor/finding.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import { AppError } from '#shared/errors.ts';
import { project, user } from './answers.ts';
import { type Credential, type Power, scopesOf } from '#shared/atlassian/credential.ts';
import type { JiraEndpoints } from '#shared/atlassian/endpoints.ts';
import type { Myself } from './people.ts';
import { ownPermissions } from './powers.ts';
import { writing } from './sponsors.ts';
import type { Token, Tokens } from '#shared/atlassian/tokens.ts';
import type { Reads } from '#shared/atlassian/transport.ts';

type Examined = {
  readonly endpoints: JiraEndpoints;
  readonly credential: Credential;
  readonly archive: boolean;
  readonly tokens: Tokens;
  readonly reads: Reads;
  readonly myself: () => Promise<Myself>;
  readonly now: () => number;
};

const words = (error: unknown) => wordsOf(error, 'Jira does not answer as it should.');

/** What to look at where the credential is refused: agents are told to have the doctor run, which runs here. */
function credentialWords(error: unknown, { kind }: Credential) {
  const what =
    kind === 'client' ? 'the client id and secret, and whether they were revoked' : 'the address and the token';
  const refused = error instanceof AppError && error.code === 'backend_refused';
  return { ...words(error), ...(refused && { next: `Check ${what}; the account needs access to Jira of this site.` }) };
}

/** Looks at the connection to Jira; what is wrong is a finding. Nothing is written. */
export async function examineJira(examined: Examined, projects: readonly string[]): Promise<Report> {
  const { endpoints } = examined;
  const head = { format: 'countersign/doctor@1', server: 'tickets', backend: endpoints.site } as const;
  const { reached, taken, found } = await lookAtAccount(examined);
  const ofProjects = taken ? await Promise.all(projects.map((key) => lookAtProject(examined, key))) : [];
  return { ...head, reached, findings: [...found, ...ofProjects.flat()] };
}

type Looked = { readonly reached: boolean; readonly taken: boolean; readonly found: readonly Finding[] };

async function lookAtAccount(examined: Examined): Promise<Looked> {
  const { endpoints, credential, reads, myself, now } = examined;
  const site = findings(endpoints.site);
  let response: Response;
  try {
    response = await reads.look({ path: ['myself'] });
  } catch (error) {
    const { message, next } = credentialWords(error, credential);
    const refused = findings('credential').wrong('account', message, next);
    // Atlassian answered, and gave no token to ask Jira with.
    const reached = error instanceof AppError && error.code === 'backend_refused';
    const of = reached ? site.unseen('api', 'It was not asked.') : site.wrong('api', 'It does not answer.');
    return { reached, taken: false, found: [of, refused] };
  }
  const found = [site.ok('api', 'It answers.'), clock(endpoints.site, response, now())];
  try {
    const { person } = await myself();
    const who = findings('credential').ok('account', `It acts as ${JSON.stringify(person.name)} (${person.standing}).`);
    return { reached: true, taken: true, found: [...found, who, ...(await lookAtCredential(examined))] };
  } catch (error) {
    const { message, next } = credentialWords(error, credential);
    return { reached: true, taken: false, found: [...found, findings('credential').wrong('account', message, next)] };
  }
}

/** The clocks may be so far apart before the end of a token is misjudged. Seconds. */
const mostSkew = 60;

function clock(about: string, { headers }: Response, now: number): Finding {
  const { ok, wrong, unseen } = findings(about);
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return unseen('clock', 'Jira does not say what time it is.');
  const apart = Math.round(Math.abs(now - theirs) / 1000);
  const message = `The clocks are ${apart} s apart.`;
  return apart <= mostSkew ? ok('clock', message) : wrong('clock', message, 'Set the clock of this machine, by NTP.');
}

async function lookAtCredential({ credential, tokens, reads, archive, now }: Examined): Promise<readonly Finding[]> {
  const global = await ownPermissions(reads, ['ADMINISTER']);
  return [
    ...(credential.kind === 'token' ? [ofApiToken()] : await ofClient(tokens, now())),
    ...ofAdministrator(global.has('ADMINISTER'), archive),
  ];
}

function ofApiToken(): Finding {
  const next = 'Use the client credentials of a service account: its tokens end within the hour.';
  const message = 'It is an API token, which lives as long as its owner let it. Its age and its scopes are not told.';
  return findings('credential').advice('age', message, next);
}

async function ofClient(tokens: Tokens, now: number): Promise<readonly Finding[]> {
  const powers = ['read', 'write'] as const;
  const given = await Promise.all(powers.map(async (power) => ({ power, token: await tokens.get(power) })));
  return given.flatMap(({ power, token }) => [age(power, token, now), scopes(power, token)]);
}

const minutes = (ms: number): number => Math.max(0, Math.round(ms / 60_000));

function age(power: Power, { issuedAt, expiresAt }: Token, now: number): Finding {
  const old = minutes(now - (issuedAt ?? now));
  const message = `The token that can ${power} is ${old} min old and ends in ${minutes((expiresAt ?? now) - now)} min.`;
  return findings('credential').ok('age', `${message} The age of the client secret is not told.`);
}

function scopes(power: Power, { scopes: given }: Token): Finding {
  const { ok, advice, wrong, unseen } = findings('credential');
  const wanted = scopesOf[power];
  if (given === null) return unseen('scopes', `Atlassian does not say what the token that can ${power} may do.`);
  const missing = wanted.filter((scope) => !given.includes(scope));
  if (missing.length > 0) {
    const next = 'Make a credential of the service account that has it.';
    return wrong('scopes', `The token that can ${power} lacks ${missing.join(', ')}.`, next);
  }
  const beyond = given.filter((scope) => !wanted.includes(scope));
  if (beyond.length === 0) return ok('scopes', `The token that can ${power} has ${given.join(', ')}, and no more.`);
  const message = `The token that can ${power} has more than it was asked for: ${beyond.join(', ')}.`;
  return advice('scopes', message, 'Make a credential with fewer scopes, where nothing else here needs them.');
}

function ofAdministrator(is: boolean, archive: boolean): readonly Finding[] {
  const { ok, advice, wrong } = findings('credential');
  if (archive && is) return [ok('archive', 'It may archive tickets, for which Jira wants an administrator.')];
  if (archive) {
    const message =
      'It may not archive tickets: Jira wants an administrator for that, so that agents are not shown it.';
    return [wrong('archive', message, 'Set COUNTERSIGN_TICKETS_JIRA_ARCHIVE=off, or make the account one.')];
  }
  if (!is) return [];
  const message = 'It is an administrator of Jira, which nothing here needs.';
  return [advice('administrator', message, 'Take it out of the group of administrators.')];
}

/** What no tool here uses, and what would do harm. */
const harmful = ['DELETE_ISSUES', 'DELETE_ALL_COMMENTS', 'EDIT_ALL_COMMENTS', 'MODIFY_REPORTER'] as const;

async function lookAtProject({ reads, myself }: Examined, key: string): Promise<readonly Finding[]> {
  const { ok, advice, wrong, unseen } = findings(key);
  try {
    const found = await reads.get({ path: ['project', key], answer: project });
    if (found === null) {
      const next = 'Check the key, and give the account Browse projects there.';
      return [wrong('project', 'There is no such project, or this server cannot see it.', next)];
    }
    if (found.key !== key) {
      return [wrong('project', `It is called ${found.key} now.`, 'Write its new key into the blueprints.')];
    }
    const permissions = await ownPermissions(reads, [...writing, ...harmful], key);
    const missing = writing.filter((one) => !permissions.has(one));
    const beyond = harmful.filter((one) => permissions.has(one));
    return [
      found.archived === true
        ? advice('project', 'It is archived: nothing can be written to it.')
        : ok('project', 'It can be seen.'),
      missing.length === 0
        ? ok('permissions', 'The account may do there what the tools can do.')
        : advice('permissions', `The account lacks ${missing.join(', ')}: the tools that need them are refused.`),
      ...(beyond.length === 0 ? [] : [advice('permissions', `No tool needs ${beyond.join(', ')}.`, 'Take them away.')]),
      (await mayAskOfOthers(reads, key, (await myself()).person.id))
        ? ok('sponsors', 'What sponsors may do there can be told.')
        : unseen('sponsors', 'What sponsors may do there is not told to this account.', unverified),
    ];
  } catch (error) {
    const { message, next } = words(error);
    return [wrong('project', message, next)];
  }
}

const unverified = 'Make it an administrator of the project, or write sponsor_access: unverified into the blueprints.';

async function mayAskOfOthers(reads: Reads, projectKey: string, accountId: string): Promise<boolean> {
  const query = { accountId, projectKey, permissions: 'BROWSE_PROJECTS' };
  const found = reads.get({ path: ['user', 'permission', 'search'], query, answer: z.array(user) });
  return found.then(
    () => true,
    () => false,
  );
}
