import type { How, Principal } from '../people/principal.ts';
import { SignInRefused } from './refusal.ts';

type Claims = Readonly<Record<string, unknown>>;

const longest = { subject: 255, name: 100, group: 255 };
const mostGroups = 500;

/**
 * Who verified claims are about. Only issuer and subject identify; names and addresses can be chosen, given to others or
 * shared. Throws `SignInRefused` where there is no subject, as for the service tokens of a proxy.
 */
export function principalOf(input: {
  readonly claims: Claims;
  readonly issuer: string;
  readonly how: How;
  readonly groupsClaim: string;
}): Principal {
  const { claims, issuer, how, groupsClaim } = input;
  const subject = claims['sub'];
  if (typeof subject !== 'string' || subject.trim() === '' || subject.length > longest.subject) {
    throw new SignInRefused('missing_claims');
  }
  return { approver: { issuer, subject }, how, name: nameOf(claims), groups: groupsOf(claims[groupsClaim]) };
}

function nameOf(claims: Claims): string | null {
  for (const claim of ['name', 'preferred_username', 'email']) {
    const value = claims[claim];
    if (typeof value !== 'string') continue;
    const plain = value.replace(/\p{C}/gu, '').trim();
    if (plain !== '') return plain.slice(0, longest.name);
  }
  return null;
}

/** Providers send a list, or one name alone as text. Anything else in it is nobody's group. */
function groupsOf(claim: unknown): readonly string[] {
  const listed = Array.isArray(claim) ? claim : [claim];
  const names = listed.filter((one): one is string => {
    return typeof one === 'string' && one !== '' && one.length <= longest.group;
  });
  return [...new Set(names)].slice(0, mostGroups);
}
