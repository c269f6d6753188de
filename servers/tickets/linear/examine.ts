import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import { AppError } from '#shared/errors.ts';
import type { Credential } from './credential.ts';
import { standing } from './documents/queries.ts';
import { readError } from './errors.ts';
import type { Token, Tokens } from './tokens.ts';
import type { Send } from './transport.ts';

type Examined = {
  readonly origin: string;
  readonly credential: Credential;
  readonly fetch: typeof globalThis.fetch;
  readonly tokens: Tokens;
  readonly read: Send;
  readonly reader: TicketReader;
  readonly now: () => number;
};

/** The clocks may be so far apart before the end of a token is misjudged. Seconds. */
const mostSkew = 60;

/** Looks at the connection to Linear; what is wrong is a finding. */
export async function examineLinear(examined: Examined, projects: readonly string[]): Promise<Report> {
  const { origin } = examined;
  const head = { format: 'countersign/doctor@1', server: 'tickets', backend: origin } as const;
  const site = await lookAtSite(examined);
  if (!site.reached) return { ...head, reached: false, findings: [...site.found] };
  const credential = await lookAtCredential(examined);
  const teams = credential.taken ? await Promise.all(projects.map((key) => lookAtTeam(examined.reader, key))) : [];
  return { ...head, reached: true, findings: [...site.found, ...credential.found, ...teams] };
}

const found = (about: string, check: string, verdict: Finding['verdict'], message: string, next?: string): Finding => ({
  ...{ about, check, verdict, message },
  ...(next !== undefined && { next }),
});

/** Whether Linear answers, and what its clock says; asked without a credential, which it answers with a refusal. */
async function lookAtSite({ origin, fetch, now }: Examined) {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  }).catch(() => null);
  if (response === null) {
    const next = 'See whether the address is right, and whether this machine reaches it.';
    return { reached: false, found: [found(origin, 'api', 'wrong', 'Linear does not answer.', next)] };
  }
  return { reached: true, found: [found(origin, 'api', 'ok', 'It answers.'), clock(origin, response, now())] };
}

function clock(origin: string, { headers }: Response, now: number): Finding {
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return found(origin, 'clock', 'unseen', 'Linear does not say what time it is.');
  const apart = Math.round(Math.abs(now - theirs) / 1000);
  const message = `The clocks are ${apart} s apart.`;
  if (apart <= mostSkew) return found(origin, 'clock', 'ok', message);
  return found(origin, 'clock', 'wrong', message, 'Set the clock of this machine, by NTP.');
}

async function lookAtCredential(
  examined: Examined,
): Promise<{ readonly taken: boolean; readonly found: readonly Finding[] }> {
  const { credential, tokens, read, now } = examined;
  try {
    const { viewer, organization, rateLimitStatus } = await read(standing, {});
    const token = await tokens.get();
    const who = `It acts as ${JSON.stringify(viewer.name)} in the workspace ${JSON.stringify(organization.name)}.`;
    return {
      taken: true,
      found: [
        found('credential', 'account', 'ok', who),
        age(credential, token, now()),
        powers(credential, token),
        ...rateLimitStatus.limits.flatMap(limit),
      ],
    };
  } catch (error) {
    const { code, message, next } = error instanceof AppError ? error : readError(error);
    const check = code === 'backend_refused' ? whatToCheck[credential.kind] : next;
    return { taken: false, found: [found('credential', 'account', 'wrong', message, check)] };
  }
}

/** Where the credential is refused. Agents are told to have the doctor run, which runs here. */
const whatToCheck: Readonly<Record<Credential['kind'], string>> = {
  app: 'Check the client id and secret, and whether client credentials tokens are on for the application.',
  key: 'Check whether the key was revoked, or its owner left.',
};

const hours = (ms: number): number => Math.max(0, Math.round(ms / 3_600_000));

function age({ kind }: Credential, { issuedAt, expiresAt }: Token, now: number): Finding {
  if (kind === 'key' || issuedAt === null || expiresAt === null) {
    const next =
      'Use the client credentials of an OAuth application: its tokens end by themselves, and it acts as itself.';
    return found(
      'credential',
      'age',
      'advice',
      'It is an API key of a person, which does not end. Its age is not told.',
      next,
    );
  }
  const words = `Its token is ${hours(now - issuedAt)} h old and ends in ${hours(expiresAt - now)} h; the next one is asked for by itself.`;
  return found('credential', 'age', 'ok', `${words} The age of the client secret is not told.`);
}

function powers(credential: Credential, { scopes: given }: Token): Finding {
  if (given === null || credential.kind === 'key')
    return found('credential', 'powers', 'unseen', 'Linear does not say what it may do.');
  const { scopes } = credential;
  const missing = scopes.filter((scope) => !given.includes(scope));
  if (missing.length > 0) {
    return found(
      'credential',
      'powers',
      'wrong',
      `It lacks the scope ${missing.join(', ')}.`,
      'Give it to the application.',
    );
  }
  const more = given.filter((scope) => !scopes.some((needed) => needed === scope));
  if (more.length === 0)
    return found('credential', 'powers', 'ok', `It has the scopes ${given.join(', ')}, and no more.`);
  return found(
    'credential',
    'powers',
    'advice',
    `It has more than is needed: ${more.join(', ')}.`,
    'Take that from it.',
  );
}

type Limit = { readonly type: string; readonly allowedAmount: number; readonly remainingAmount: number };

function limit({ type, allowedAmount, remainingAmount }: Limit): readonly Finding[] {
  if (allowedAmount <= 0 || remainingAmount >= allowedAmount / 10) return [];
  const message = `Less than a tenth of what Linear allows is left (${JSON.stringify(type)}).`;
  return [found('credential', 'limits', 'advice', message)];
}

async function lookAtTeam(reader: TicketReader, key: string): Promise<Finding> {
  try {
    const project = await reader.project(key);
    if (project === null) {
      const next = 'Check the key, and let the account of this server into the team where it is private.';
      return found(key, 'project', 'wrong', 'There is no such team, or this server cannot see it.', next);
    }
    if (!project.archived) return found(key, 'project', 'ok', 'The team can be seen.');
    return found(key, 'project', 'advice', 'The team was retired: nothing new can be written to it.');
  } catch (error) {
    const { message, next } = error instanceof AppError ? error : readError(error);
    return found(key, 'project', 'wrong', message, next);
  }
}
