import { aspects } from '#capabilities/repo/safeguard-words.ts';
import type { CiSecret, Safeguards } from '#capabilities/repo/safeguards.ts';

/** What held a default branch when it was looked at first and does not any more, in words; empty when all does. */
export function loosened(was: Safeguards, now: Safeguards): readonly string[] {
  const asItWas = {
    ...(was.reviews !== null && was.reviews > 0 && { reviews: was.reviews }),
    ...(was.checks !== null && was.checks.length > 0 && { checks: was.checks }),
  };
  const lost = aspects.filter(
    ({ name, holds }) => name !== 'no_ci_secrets' && holds(was, asItWas) === true && holds(now, asItWas) === false,
  );
  const more = was.ciSecrets !== null && (now.ciSecrets ?? []).some((one) => !isAmong(was.ciSecrets ?? [], one));
  return [
    ...lost.map(({ is }) => `lost ${is(asItWas)}`),
    ...(more ? ['gives more secrets to what a branch brings'] : []),
  ];
}

function isAmong(known: readonly CiSecret[], { workflow, on, secrets }: CiSecret): boolean {
  return known.some(
    (one) => one.workflow === workflow && one.on === on && secrets.every((name) => one.secrets.includes(name)),
  );
}
