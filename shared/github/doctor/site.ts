import * as z from 'zod';
import { findings } from '../../doctor/finding.ts';
import type { Finding } from '../../doctor/report.ts';
import { type Endpoints, isHosted } from '../endpoints.ts';
import { fetchWithin } from '../fetch.ts';

/** GitHub takes the App's signature for as long as the clocks are about a minute apart; seconds. */
const mostSkew = 30;

/** The first GitHub Enterprise Server with rulesets that an App can see. */
const oldestServer = 3.11;

const meta = z.object({ installed_version: z.string().optional() });

/** Whether GitHub answers at all, in which version, and what its clock says. Asks without a credential. */
export async function lookAtSite({
  endpoints,
  userAgent,
  now,
}: {
  readonly endpoints: Endpoints;
  readonly userAgent: string;
  readonly now: () => number;
}): Promise<{ readonly reached: boolean; readonly found: readonly Finding[] }> {
  const { ok, wrong } = findings(endpoints.origin);
  const fetch = fetchWithin({
    ...{ origin: endpoints.origin, userAgent, timeoutMs: 10_000, maxBytes: 4 * 1024 * 1024, redirects: 'refuse' },
  });
  const response = await fetch(`${endpoints.rest}/meta`, { method: 'GET' }).catch(() => null);
  if (response === null) {
    const next = 'See whether the address is right, and whether this machine reaches it.';
    return { reached: false, found: [wrong('api', 'GitHub does not answer.', next)] };
  }
  const said = meta.safeParse(await response.json().catch(() => null)).data?.installed_version;
  const version = response.headers.get('x-github-enterprise-version')?.replace(/^.*@/, '') ?? said;
  return {
    reached: true,
    found: [
      ok('api', version === undefined ? 'It answers.' : `It answers, as GitHub Enterprise Server ${version}.`),
      ...(isHosted(endpoints) ? [] : versionFinding(endpoints, version)),
      clockFinding(endpoints, response.headers.get('date'), now()),
    ],
  };
}

function versionFinding({ origin }: Endpoints, version: string | undefined): readonly Finding[] {
  const { advice, unseen } = findings(origin);
  const [, major = '0', minor = '0'] = /^(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  if (major === '0') return [unseen('version', 'Which version of GitHub Enterprise Server it is cannot be seen.')];
  const [oldMajor = 0, oldMinor = 0] = String(oldestServer).split('.').map(Number);
  const isOld = Number(major) < oldMajor || (Number(major) === oldMajor && Number(minor) < oldMinor);
  return isOld ? [advice('version', `Rulesets can be seen from version ${oldestServer} on.`)] : [];
}

function clockFinding({ origin }: Endpoints, date: string | null, now: number): Finding {
  const { ok, wrong, unseen } = findings(origin);
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return unseen('clock', 'GitHub does not say what time it is.');
  const apart = Math.round(Math.abs(now - theirs) / 1000);
  if (apart <= mostSkew) return ok('clock', `The clocks are ${apart} s apart.`);
  return wrong('clock', `The clocks are ${apart} s apart.`, 'Set the clock of this machine, by NTP.');
}
