import { aspects, ciSecretWords } from '#capabilities/repo/safeguard-words.ts';
import type { Requirements, Safeguards } from '#capabilities/repo/safeguards.ts';
import { findings, wordsOf } from '#shared/doctor/finding.ts';
import type { Finding } from '#shared/doctor/report.ts';
import { type Bypass, readBypasses } from '../read/bypass.ts';
import { readRepository } from '../read/repository.ts';
import { readSafeguards } from '../read/safeguards.ts';
import type { OpenSession } from '../read/session.ts';
import type { GrantedRepository } from './granted.ts';

/** Without these somebody could write where a pull request is meant to be the only way. */
const needed: ReadonlySet<string> = new Set(['pull_requests', 'no_force_push', 'no_deletion']);

/** One repository that blueprints grant: whether it is reached, and what holds its default branch. */
export async function lookAtRepository(open: OpenSession, granted: GrantedRepository): Promise<readonly Finding[]> {
  const { ok, wrong, advice } = findings(granted.name);
  try {
    const session = open(granted.name);
    const { name, archived, defaultBranch } = await readRepository(session);
    if (name.toLowerCase() !== granted.name.toLowerCase()) {
      return [wrong('name', `It is called ${name} now.`, 'Write its new name into the blueprints.')];
    }
    const first = archived ? [advice('archived', 'It is archived: nothing can be written to it.')] : [];
    if (!granted.written) return [...first, ok('repository', 'It can be read.')];
    const [{ safeguards }, bypasses] = await Promise.all([
      readSafeguards(session, defaultBranch),
      // What is not known of it is said of all repositories.
      readBypasses(session, defaultBranch).catch(() => []),
    ]);
    return [
      ...first,
      ...safeguardFindings(granted, defaultBranch, safeguards),
      ...bypassFindings(granted.name, bypasses),
    ];
  } catch (error) {
    const { message, next } = wordsOf(error, 'GitHub does not answer as it should.');
    return [wrong('repository', message, next)];
  }
}

/** Rules that this server's own App may bypass do not hold what agents propose. */
function bypassFindings(name: string, all: readonly Bypass[]): readonly Finding[] {
  const { ok, wrong } = findings(name);
  const may = all.filter((one) => one.may === true).map(({ ruleset }) => JSON.stringify(ruleset));
  if (may.length > 0) {
    const next = 'Take the App off the list of those who may bypass it.';
    return [wrong('bypass', `The App itself may bypass the ruleset ${may.join(', ')}.`, next)];
  }
  const known = all.length > 0 && all.every((one) => one.may === false);
  return known ? [ok('bypass', 'The App itself may bypass none of its rulesets.')] : [];
}

function safeguardFindings(
  { name, required }: GrantedRepository,
  branch: string,
  found: Safeguards,
): readonly Finding[] {
  return aspects.map((aspect) => {
    const { ok, advice, wrong, unseen } = findings(name);
    const demanding = required.filter(({ wanted }) => wanted[aspect.name] !== undefined);
    const wanted: Requirements = strictest(demanding.map((one) => one.wanted));
    const holds = aspect.holds(found, wanted);
    if (aspect.name === 'no_ci_secrets') return ciFinding(name, found, demanding.length > 0);
    const is = aspect.is(wanted);
    if (holds === true && !isEmptyList(aspect.name, found)) return ok(aspect.name, `${branch} has ${is}.`);
    const by = demanding.map(({ blueprint }) => blueprint).join(', ');
    const because = by === '' ? '' : ` ${by} requires it: nothing is written there.`;
    const next = `Switch on ${aspect.remedy(wanted)} in a ruleset of ${branch}.`;
    if (holds === null) {
      const make = by === '' ? unseen : wrong;
      return make(
        aspect.name,
        `Whether ${branch} has ${is} cannot be seen with the App's permissions.${because}`,
        next,
      );
    }
    const make = by !== '' || needed.has(aspect.name) ? wrong : advice;
    return make(aspect.name, `${branch} has no ${is.replace(/^a /, '')}.${because}`, next);
  });
}

/** Without a name that is asked for, no check at all is worth saying. */
const isEmptyList = (name: string, { checks }: Safeguards): boolean => name === 'checks' && checks?.length === 0;

function strictest(all: readonly Requirements[]): Requirements {
  const reviews = Math.max(0, ...all.map((one) => one.reviews ?? 0));
  const checks = [...new Set(all.flatMap((one) => one.checks ?? []))];
  return { ...(reviews > 0 && { reviews }), ...(checks.length > 0 && { checks }) };
}

function ciFinding(name: string, { ciSecrets }: Safeguards, required: boolean): Finding {
  const { ok, advice, wrong, unseen } = findings(name);
  if (ciSecrets === null) {
    return (required ? wrong : unseen)('ci_secrets', 'Not every workflow of it can be read or understood.');
  }
  if (ciSecrets.length === 0)
    return ok('ci_secrets', 'No workflow says that it gives secrets to what a branch brings.');
  const worst = required || ciSecrets.some(({ on }) => on === 'pull_request_target');
  const next = 'Give secrets only to workflows that run nothing of a branch, such as after a merge.';
  return (worst ? wrong : advice)('ci_secrets', `${ciSecrets.map(ciSecretWords).join('; ')}.`, next);
}
