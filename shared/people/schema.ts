import * as z from 'zod';
import { name } from '#shared/blueprints/values.ts';

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

const person = z.strictObject({
  sign_in: z.array(z.strictObject({ issuer, subject })).min(1).max(20),
  accounts: z.strictObject({ github: githubLogin.optional() }).default({}),
  groups: z.array(name).max(200).default([]),
});

const nameOfPerson = name.refine((text) => text !== '__proto__', 'This name cannot be used.');

/** people.yaml as written. */
export const peopleSchema = z.strictObject({
  people: z
    .record(nameOfPerson, person)
    .refine((people) => Object.keys(people).length > 0, 'At least one person must be named.')
    .superRefine((people, context) => {
      for (const { path, message } of clashes(people)) context.addIssue({ code: 'custom', path: [...path], message });
    }),
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
  for (const [key, { sign_in, accounts }] of Object.entries(people)) {
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
    const { github } = accounts;
    if (github === undefined) continue;
    const path = [key, 'accounts', 'github'];
    claim(
      key,
      ['github', github.toLowerCase()],
      path,
      (by) => `This is the account of "${by}": one account is one person.`,
    );
  }
  return found;
}
