import { findings, wordsOf } from '#shared/doctor/finding.ts';
import type { Finding } from '#shared/doctor/report.ts';
import { AppError } from '#shared/errors.ts';
import type { Credential } from './credential.ts';
import type { Endpoints } from './endpoints.ts';
import type { Power, Product } from './product.ts';
import type { Token, Tokens } from './tokens.ts';
import type { Reads } from './transport.ts';

export type Examined = {
  readonly product: Product;
  readonly endpoints: Endpoints;
  readonly credential: Credential;
  readonly tokens: Tokens;
  readonly reads: Reads;
  readonly now: () => number;
};

/** The words of a failure. */
export const failureWords = ({ name }: Product, error: unknown) =>
  wordsOf(error, `${name} does not answer as it should.`);

/** What to look at where the credential is refused: agents are told to have the doctor run, which runs here. */
function credentialWords({ product, credential: { kind } }: Examined, error: unknown) {
  const what =
    kind === 'client' ? 'the client id and secret, and whether they were revoked' : 'the address and the token';
  const refused = error instanceof AppError && error.code === 'backend_refused';
  const next = `Check ${what}; the account needs access to ${product.name} of this site.`;
  return { ...failureWords(product, error), ...(refused && { next }) };
}

/** What was found of the connection: whether it was reached, and whether the credential was taken. */
export type Looked = { readonly reached: boolean; readonly taken: boolean; readonly found: readonly Finding[] };

/**
 * Looks at the connection and at the credential. Nothing is written.
 * @param asked.path of a request that tells who the account is
 */
export async function lookAtAccount(
  examined: Examined,
  asked: {
    readonly path: readonly string[];
    readonly person: () => Promise<{ readonly name: string; readonly standing: string }>;
  },
): Promise<Looked> {
  const { product, endpoints, reads, now } = examined;
  const site = findings(endpoints.site);
  let response: Response;
  try {
    response = await reads.look({ path: asked.path });
  } catch (error) {
    const { message, next } = credentialWords(examined, error);
    const refused = findings('credential').wrong('account', message, next);
    // Atlassian answered, and gave no token to ask with.
    const reached = error instanceof AppError && error.code === 'backend_refused';
    const of = reached ? site.unseen('api', 'It was not asked.') : site.wrong('api', 'It does not answer.');
    return { reached, taken: false, found: [of, refused] };
  }
  const found = [site.ok('api', 'It answers.'), clock(product, endpoints.site, response, now())];
  try {
    const { name, standing } = await asked.person();
    const who = findings('credential').ok('account', `It acts as ${JSON.stringify(name)} (${standing}).`);
    return { reached: true, taken: true, found: [...found, who, ...(await lookAtCredential(examined))] };
  } catch (error) {
    const { message, next } = credentialWords(examined, error);
    return { reached: true, taken: false, found: [...found, findings('credential').wrong('account', message, next)] };
  }
}

/** The clocks may be so far apart before the end of a token is misjudged. Seconds. */
const mostSkew = 60;

function clock({ name }: Product, about: string, { headers }: Response, now: number): Finding {
  const { ok, wrong, unseen } = findings(about);
  const theirs = Date.parse(headers.get('date') ?? '');
  if (Number.isNaN(theirs)) return unseen('clock', `${name} does not say what time it is.`);
  const apart = Math.round(Math.abs(now - theirs) / 1000);
  const message = `The clocks are ${apart} s apart.`;
  return apart <= mostSkew ? ok('clock', message) : wrong('clock', message, 'Set the clock of this machine, by NTP.');
}

async function lookAtCredential({ product, credential, tokens, now }: Examined): Promise<readonly Finding[]> {
  if (credential.kind === 'token') return [ofApiToken()];
  const powers = ['read', 'write'] as const;
  const given = await Promise.all(powers.map(async (power) => ({ power, token: await tokens.get(power) })));
  return given.flatMap(({ power, token }) => [age(power, token, now()), scopes(product, power, token)]);
}

function ofApiToken(): Finding {
  const next = 'Use the client credentials of a service account: its tokens end within the hour.';
  const message = 'It is an API token, which lives as long as its owner let it. Its age and its scopes are not told.';
  return findings('credential').advice('age', message, next);
}

const minutes = (ms: number): number => Math.max(0, Math.round(ms / 60_000));

function age(power: Power, { issuedAt, expiresAt }: Token, now: number): Finding {
  const old = minutes(now - (issuedAt ?? now));
  const message = `The token that can ${power} is ${old} min old and ends in ${minutes((expiresAt ?? now) - now)} min.`;
  return findings('credential').ok('age', `${message} The age of the client secret is not told.`);
}

function scopes(product: Product, power: Power, { scopes: given }: Token): Finding {
  const { ok, advice, wrong, unseen } = findings('credential');
  const wanted = product.scopes[power];
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
