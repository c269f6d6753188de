import { findings, wordsOf } from '#shared/doctor/finding.ts';
import type { Finding, Report } from '#shared/doctor/report.ts';
import type { Asking } from './asking.ts';
import { readError } from './errors.ts';
import { failureOf } from './failure.ts';
import { rawText } from './pages.ts';

type Examined = Asking & {
  readonly origin: string;
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => number;
};

/** The clocks may be so far apart before what was written lately is misjudged. Seconds. */
const mostSkew = 60;

/** Looks at the connection to Notion; what is wrong is a finding. Nothing is written. */
export async function examineNotion(examined: Examined, keys: readonly string[]): Promise<Report> {
  const { origin } = examined;
  const head = { format: 'countersign/doctor@1', server: 'knowledge', backend: origin } as const;
  const site = await lookAtSite(examined);
  if (!site.reached) return { ...head, reached: false, findings: [...site.found] };
  const account = await lookAtAccount(examined);
  const namespaces = account.taken ? await Promise.all(keys.map((key) => lookAtNamespace(examined, key))) : [];
  return { ...head, reached: true, findings: [...site.found, ...account.found, ...namespaces.flat()] };
}

/** Whether Notion answers, and what its clock says; asked without a credential, which it answers with a refusal. */
async function lookAtSite({ origin, fetch, now }: Examined) {
  const { ok, wrong, unseen } = findings(origin);
  const response = await fetch(`${origin}/v1/users/me`).catch(() => null);
  if (response === null) {
    const next = 'See whether the address is right, and whether this machine reaches it.';
    return { reached: false, found: [wrong('api', 'Notion does not answer.', next)] };
  }
  const theirs = Date.parse(response.headers.get('date') ?? '');
  const apart = Math.round(Math.abs(now() - theirs) / 1000);
  const message = `The clocks are ${apart} s apart.`;
  const late =
    apart <= mostSkew ? ok('clock', message) : wrong('clock', message, 'Set the clock of this machine, by NTP.');
  const clock = Number.isNaN(theirs) ? unseen('clock', 'Notion does not say what time it is.') : late;
  return { reached: true, found: [ok('api', 'It answers.'), clock] };
}

async function lookAtAccount(
  examined: Examined,
): Promise<{ readonly taken: boolean; readonly found: readonly Finding[] }> {
  const { ok, wrong, advice, unseen } = findings('credential');
  try {
    const self = await examined.people.self();
    const next = 'Renew it in the settings of the integration from time to time.';
    return {
      taken: true,
      found: [
        ok('account', `It acts as the integration ${JSON.stringify(self.name)}.`),
        advice('age', 'It is a token that does not end. Its age is not told.', next),
        await users(examined),
        unseen('powers', 'Which other capabilities it has, Notion tells only by refusing what it may not do.'),
      ],
    };
  } catch (error) {
    const { message } = wordsOf(error, readError(error).message);
    const next = 'Check whether the token is whole, and whether the integration is still there.';
    return { taken: false, found: [wrong('account', message, next)] };
  }
}

/** Whether it may know who there is: without that everybody is a stranger, and all words are untrusted. */
async function users({ reads }: Examined): Promise<Finding> {
  const { ok, advice } = findings('credential');
  try {
    await reads.users(null);
    return ok('users', 'It may know the members of the workspace.');
  } catch (error) {
    const failure = failureOf(error);
    const why = failure.kind === 'status' && failure.status === 403 ? 'may not' : 'does not get to';
    const next = 'Give the integration the capability to read user information, without e-mail addresses.';
    return advice('users', `It ${why} know the members: every page counts as untrusted.`, next);
  }
}

async function lookAtNamespace({ namespaces, reads }: Examined, key: string): Promise<readonly Finding[]> {
  const { ok, advice, wrong } = findings(key);
  try {
    const found = await namespaces.namespace(key);
    if (found === null) {
      const next = 'Check COUNTERSIGN_KNOWLEDGE_NOTION_NAMESPACES, and share the page with the integration.';
      return [wrong('namespace', 'No page is named for it, or this server cannot see the one that is.', next)];
    }
    if (found.archived) return [advice('namespace', 'Its page is in the trash: nothing can be written to it.')];
    const above = await isInAnother(reads, namespaces, found.id);
    const { whole } = await rawText(reads, found.id);
    return [
      ok('namespace', above === null ? 'Its page can be seen.' : `Its page can be seen; it is apart from ${above}.`),
      ...(whole ? [] : [advice('text', 'Its page is too long to be read at once.')]),
    ];
  } catch (error) {
    const { message, next } = wordsOf(error, readError(error).message);
    return [wrong('namespace', message, next)];
  }
}

/** The key of the namespace that the page of another one is in. */
async function isInAnother(
  reads: Examined['reads'],
  { locate }: Examined['namespaces'],
  id: string,
): Promise<string | null> {
  const { parent } = await reads.page(id);
  return (await locate({ id: '', parent }))?.place.namespace.key ?? null;
}
