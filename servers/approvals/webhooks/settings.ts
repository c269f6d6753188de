import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { readDocument } from '#shared/blueprints/document.ts';
import { explain, messages } from '#shared/blueprints/explain.ts';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { readText } from '#shared/blueprints/text.ts';
import { readSecretFile } from '#shared/config/secret-file.ts';
import { readSecrets } from './sign.ts';

/** Who is told of changes: a program that runs agents, by signed messages, or people, in a Slack-compatible channel. */
export type Receiver = {
  readonly name: string;
  readonly to: 'runner' | 'slack';
  /** Whose changes; all where none is named. */
  readonly blueprints: readonly string[] | null;
  /** Where to, read anew for each message. Answers what is wrong where the operator does not allow it. */
  readonly url: () => URL | { readonly problem: string };
  /** The file of the secrets that messages to a runner are signed with; null for people. */
  readonly secrets: string | null;
};

const path = z.string().min(1);

/** An exact scheme, host and port. */
const origin = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'This must be a scheme, a host and its port alone, as in https://runner.example:8443; 443 and 80 are left out.',
  );

const receiver = z.strictObject({
  to: z.enum(['runner', 'slack']),
  url: z.string().min(1).optional(),
  url_file: path.optional(),
  secrets: path.optional(),
  blueprints: z.array(z.string().min(1)).min(1).optional(),
});
type Written = z.output<typeof receiver>;

const schema = z.strictObject({
  allow: z.array(origin).min(1),
  receivers: z.record(
    z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'This is a name: small letters, digits and hyphens.'),
    receiver,
  ),
});

/**
 * Reads the file that says who is told of changes. Throws `BlueprintErrors` with every problem at once, each with its line
 * and column, those of the files that it names too.
 */
export function readReceivers(source: string): readonly Receiver[] {
  const text = readText(source, 'A list of receivers');
  if (typeof text !== 'string') throw new BlueprintErrors([text]);
  const { value, problems, locate } = readDocument({ text, source, what: 'list of receivers' });
  const at = (file: string): string => resolve(dirname(source), file);
  const whole = schema.superRefine(({ allow, receivers }, context) => {
    for (const [name, one] of Object.entries(receivers)) {
      for (const [key, message] of problemsOf(one, { allow, at })) {
        context.addIssue({ code: 'custom', path: ['receivers', name, ...(key === '' ? [] : [key])], message });
      }
    }
  });
  const parsed = value === undefined ? null : whole.safeParse(value ?? {}, { error: messages });
  const issues = parsed?.error?.issues ?? [];
  const all = [...problems, ...explain({ issues, schema, source, locate })];
  if (all.length > 0 || !parsed?.success) throw new BlueprintErrors(all);
  const { allow, receivers } = parsed.data;
  return Object.entries(receivers).map(([name, one]) => ({
    name,
    to: one.to,
    blueprints: one.blueprints ?? null,
    url: () => urlOf(one, { allow, at }),
    secrets: one.secrets === undefined ? null : at(one.secrets),
  }));
}

type Around = { readonly allow: readonly string[]; readonly at: (file: string) => string };

function problemsOf(one: Written, around: Around): [key: string, message: string][] {
  const { to, url, url_file: file, secrets, blueprints } = one;
  const found: [string, string][] = [];
  if ((url === undefined) === (file === undefined)) return [['', 'It needs one of url and url_file.']];
  const where = urlOf(one, around);
  if ('problem' in where) found.push([url === undefined ? 'url_file' : 'url', `It ${where.problem}.`]);
  if (to === 'runner' && blueprints === undefined)
    found.push(['', 'A runner needs blueprints: whose changes it hears of.']);
  if (to === 'slack' && secrets !== undefined) found.push(['secrets', 'Messages to people are not signed.']);
  if (to === 'runner' && secrets === undefined) found.push(['', 'A runner needs secrets: a file to sign with.']);
  if (to === 'runner' && secrets !== undefined) {
    const read = readSecrets(around.at(secrets));
    if ('problem' in read) found.push(['secrets', `It ${read.problem}.`]);
  }
  return found;
}

/** No message quotes the URL: that of a Slack channel is a secret. */
function urlOf({ url, url_file: file }: Written, { allow, at }: Around): URL | { readonly problem: string } {
  const read = url === undefined ? readSecretFile(at(file ?? '')) : { secret: url };
  if ('problem' in read) return read;
  if (!URL.canParse(read.secret)) return { problem: 'is no URL' };
  const parsed = new URL(read.secret);
  if (parsed.username !== '' || parsed.password !== '' || parsed.hash !== '') {
    return { problem: 'must be a URL without user, password and fragment' };
  }
  return allow.includes(parsed.origin) ? parsed : { problem: 'goes where `allow` names no such scheme, host and port' };
}
