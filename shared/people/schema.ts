import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { day, name, prose } from '#shared/blueprints/values.ts';
import type { Passkey } from './people.ts';

const loopback = /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/;

/** As the provider spells itself in its tokens, to the last slash. */
const issuer = z
  .string()
  .max(500)
  .refine(isIssuer, 'This is an issuer: an https:// URL without query or fragment, or countersign:local.');

function isIssuer(text: string): boolean {
  if (text === 'countersign:local') return true;
  if (!/^https?:\/\/[\x21-\x7e]+$/.test(text) || /[?#]/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname, username } = new URL(text);
  return username === '' && (protocol === 'https:' || loopback.test(hostname));
}

const subject = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text === text.trim(), 'A subject has no space around it.');

/** https://docs.github.com: letters, digits and hyphens; users of an enterprise have an underscore and its short code. */
const githubLogin = z.string().regex(/^[A-Za-z\d][A-Za-z\d_-]{0,99}$/, 'This is the login of a GitHub account.');

/** A user name of an embedded backend. */
const embeddedUser = (of: string) => z.string().regex(/^[a-z\d][a-z\d._-]{0,63}$/, `This is a user name of ${of}.`);

/** https://developer.atlassian.com/cloud/jira/platform/user-privacy-developer-guide: opaque, up to 128 characters. */
const atlassianAccount = z.string().regex(/^[\w:-]{1,128}$/, 'This is an accountId of Atlassian.');

/** Ids of Linear and of Notion are UUIDs. */
const idOrAddress = (of: string) =>
  z
    .string()
    .refine(
      (text) => z.guid().safeParse(text).success || z.email().safeParse(text).success,
      `This is the id of a user of ${of}, or their e-mail address there.`,
    );

const accounts = z.strictObject({
  github: githubLogin.optional(),
  tickets: embeddedUser('the embedded tracker').optional(),
  jira: atlassianAccount.optional(),
  linear: idOrAddress('Linear').optional(),
  knowledge: embeddedUser('the embedded pages').optional(),
  notion: idOrAddress('Notion').optional(),
  confluence: atlassianAccount.optional(),
});

const ipAddress = /^\[|^\d{1,3}(\.\d{1,3}){3}$/;

/** Browsers give passkeys to https alone, and to localhost; never to an address without a name. */
const origin = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { origin: itself, protocol, hostname } = new URL(text);
  return itself === text && (protocol === 'https:' ? !ipAddress.test(hostname) : hostname === 'localhost');
}, 'This is the address of the console as people open it, without a path: https://NAME, or http://localhost:PORT.');

/** CBOR of a map, at least as long as the shortest key there is. */
function isCoseKey(text: string): boolean {
  const bytes = Buffer.from(text, 'base64url');
  return bytes.length >= 42 && ((bytes[0] ?? 0) & 0xe0) === 0xa0;
}

const passkey = z
  .strictObject({
    id: z.base64url('This is the id of a passkey, as the console shows it.').min(1).max(1400),
    public_key: z
      .base64url('This is the public key of a passkey, as the console shows it.')
      .max(4000)
      .refine(isCoseKey, 'This is no whole public key of a passkey.'),
    origin,
    name: prose.max(100).optional(),
    added: day.optional(),
    retired: day.optional(),
  })
  .transform(
    (given): Passkey => ({
      id: given.id,
      publicKey: given.public_key,
      origin: given.origin,
      ...(given.name !== undefined && { name: given.name }),
      isRetired: given.retired !== undefined,
    }),
  );

/** As it stands in a trailer of a commit message: one line, and nothing that would end the address. */
const inTrailer = z
  .string()
  .max(200)
  .regex(
    /^[^\p{Cc}\p{Cf}\p{Z}<>](?:[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}<>]*[^\p{Cc}\p{Cf}\p{Z}<>])?$/u,
    'This is one line without < and >.',
  );

const git = z.strictObject({ name: inTrailer, email: z.email('This is an e-mail address.').max(200) });

const person = z.strictObject({
  sign_in: z.array(z.strictObject({ issuer, subject })).min(1).max(20),
  accounts: accounts.default({}),
  git: git.optional(),
  groups: z.array(name).max(200).default([]),
  passkeys: z.array(passkey).max(20).default([]),
});

const nameOfPerson = name.refine((text) => text !== '__proto__', 'This name cannot be used.');

/** A team as CODEOWNERS names it. */
const team = z.string().regex(/^[A-Za-z\d][\w-]*\/[\w.-]+$/, 'This is a team of GitHub: org/team, without an @.');

/** As `group:NAME` of a review rule; a provider can call a group anything. */
const groupOfTeam = z
  .string()
  .min(1)
  .max(255)
  .refine((text) => text === text.trim(), 'A group has no space around it.');

const teams = z.record(team, groupOfTeam).superRefine((written, context) => {
  const seen = new Set<string>();
  for (const one of Object.keys(written)) {
    const message = 'This team is given twice, in small and capital letters.';
    if (seen.has(one.toLowerCase())) context.addIssue({ code: 'custom', path: [one], message });
    seen.add(one.toLowerCase());
  }
});

/** people.yaml as written. */
export const peopleSchema = z.strictObject({
  people: z
    .record(nameOfPerson, person)
    .refine((people) => Object.keys(people).length > 0, 'At least one person must be named.')
    .superRefine((people, context) => {
      for (const { path, message } of clashes(people)) context.addIssue({ code: 'custom', path: [...path], message });
    }),
  teams: teams.default({}),
});

type Written = Readonly<Record<string, z.output<typeof person>>>;
type Clash = { readonly path: readonly PropertyKey[]; readonly message: string };

/** What two people cannot both be, reported at the later one. */
function clashes(people: Written): Clash[] {
  const found: Clash[] = [];
  const taken = new Map<string, string>();
  const claim = (
    key: string,
    what: readonly string[],
    path: readonly PropertyKey[],
    message: (by: string) => string,
  ) => {
    const id = JSON.stringify(what);
    const by = taken.get(id);
    if (by === undefined) taken.set(id, key);
    else found.push({ path, message: message(by) });
  };
  for (const [key, { sign_in, accounts, passkeys }] of Object.entries(people)) {
    claim(
      key,
      ['name', key.toLowerCase()],
      [key],
      (by) => `This differs from "${by}" in small and capital letters only.`,
    );
    for (const [index, one] of sign_in.entries()) {
      const path = [key, 'sign_in', index];
      claim(
        key,
        ['sign_in', one.issuer, one.subject],
        path,
        (by) => `This is how "${by}" signs in: one identity is one person.`,
      );
    }
    for (const [index, { id }] of passkeys.entries()) {
      claim(key, ['passkey', id], [key, 'passkeys', index], (by) => `This passkey is of "${by}" already.`);
    }
    for (const [backend, account] of Object.entries(accounts)) {
      if (account === undefined) continue;
      const message = (by: string) => `This is the account of "${by}": one account is one person.`;
      claim(key, [backend, account.toLowerCase()], [key, 'accounts', backend], message);
    }
  }
  return found;
}
