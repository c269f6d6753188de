import * as z from 'zod';

/** Who, of those whom the provider or proxy lets through, may use the console. */
export type Admission = {
  readonly everyone: boolean;
  /** Whoever the list of people names. */
  readonly people: boolean;
  readonly groups: readonly string[];
};

const loopback = /^(localhost|::1|127(\.\d{1,3}){3})$/;

const admission = z.string().transform((text, context): Admission => {
  const parts = text.split(',').map((part) => part.trim());
  const groups = parts.flatMap((part) => /^group:(.+)$/.exec(part)?.[1] ?? []);
  const [everyone, people] = [parts.includes('everyone'), parts.includes('people')];
  if (parts.length === groups.length + Number(everyone) + Number(people)) return { everyone, people, groups };
  context.addIssue('must be a list of people, group:NAME or everyone, with commas between');
  return z.NEVER;
});

/** From 1m to 30 days, in milliseconds. */
const duration = z.string().transform((text, context) => {
  const [, count, unit] = /^([1-9]\d{0,4})([mh])$/.exec(text) ?? [];
  const ms = Number(count) * (unit === 'h' ? 3_600_000 : 60_000);
  if (ms <= 30 * 24 * 3_600_000) return ms;
  context.addIssue('must be a time such as 30m or 12h');
  return z.NEVER;
});

const link = (values: Values) => (values['COUNTERSIGN_SIGN_IN'] ?? 'link') === 'link';
const isReal = (values: Values) =>
  values['COUNTERSIGN_REAL_BACKEND'] === '1' && values['COUNTERSIGN_SINGLE_USER'] !== '1';
const proxied = (values: Values) => !link(values) && values['COUNTERSIGN_SIGN_IN'] !== 'oidc';

type Values = Readonly<Record<string, unknown>>;
type Rule = { readonly path: string; readonly message: string; readonly broken: (values: Values) => boolean };

/** What settings may not be together. Looked at whatever else is wrong, so that all of it is said at once. */
const rules: readonly Rule[] = [
  {
    path: 'COUNTERSIGN_SIGN_IN',
    message:
      'must be another than by link with a real backend: every program of this user could sign in by link (COUNTERSIGN_SINGLE_USER=1 accepts that)',
    broken: (values) => link(values) && isReal(values),
  },
  {
    path: 'COUNTERSIGN_APPROVER_TOKEN',
    message: 'is for embedded backends only: with a real one, whoever knows it could decide in nobody’s name',
    broken: (values) => values['COUNTERSIGN_APPROVER_TOKEN'] !== undefined && isReal(values),
  },
  {
    path: 'COUNTERSIGN_APPROVER_TOKEN',
    message: 'is for sign-in by link only: elsewhere people sign in by themselves',
    broken: (values) => values['COUNTERSIGN_APPROVER_TOKEN'] !== undefined && !link(values),
  },
  {
    path: 'COUNTERSIGN_CONSOLE_HOST',
    message: 'must be a loopback address: sign-in by one-time link is for people at this machine alone',
    broken: (values) => link(values) && !loopback.test(String(values['COUNTERSIGN_CONSOLE_HOST'] ?? '127.0.0.1')),
  },
  {
    path: 'COUNTERSIGN_CONSOLE_URL',
    message: 'is needed: the address at which people open the console, which does not listen on this machine alone',
    broken: (values) =>
      values['COUNTERSIGN_SIGN_IN'] === 'oidc' &&
      values['COUNTERSIGN_CONSOLE_URL'] === undefined &&
      !loopback.test(String(values['COUNTERSIGN_CONSOLE_HOST'] ?? '127.0.0.1')),
  },
  {
    path: 'COUNTERSIGN_SIGN_IN_ALLOW',
    message:
      'is needed with COUNTERSIGN_SIGN_IN=oidc: people (of COUNTERSIGN_PEOPLE), group:NAME, or everyone whom the provider knows',
    broken: (values) =>
      values['COUNTERSIGN_SIGN_IN'] === 'oidc' &&
      values['COUNTERSIGN_SIGN_IN_ALLOW'] === undefined &&
      values['COUNTERSIGN_PEOPLE'] === undefined,
  },
  {
    path: 'COUNTERSIGN_SIGN_IN_ALLOW',
    message: 'names people, so COUNTERSIGN_PEOPLE is needed',
    broken: (values) =>
      /\bpeople\b/.test(String(values['COUNTERSIGN_SIGN_IN_ALLOW'] ?? '')) &&
      values['COUNTERSIGN_PEOPLE'] === undefined,
  },
];

/** Settings of sessions and of who may have one, and the rules about what goes with what. */
export const sessionSchema = z
  .looseObject({
    COUNTERSIGN_SIGN_IN_ALLOW: admission.optional(),
    COUNTERSIGN_SESSION_IDLE: duration.prefault('30m'),
    COUNTERSIGN_SESSION_LIFE: duration.prefault('12h'),
  })
  .transform((values) => ({
    admission: values.COUNTERSIGN_SIGN_IN_ALLOW ?? {
      // Whom a proxy lets through is the business of its own policy for this audience.
      everyone: link(values) || proxied(values),
      people: !link(values) && !proxied(values),
      groups: [],
    },
    sessions: { idleMs: values.COUNTERSIGN_SESSION_IDLE, lifeMs: values.COUNTERSIGN_SESSION_LIFE },
  }));

/** Fails with every rule that is broken, and gives nothing. */
export const rulesSchema = z
  .looseObject({})
  .superRefine((values, context) => {
    for (const { path, message, broken } of rules) {
      if (broken(values)) context.addIssue({ code: 'custom', path: [path], message });
    }
  })
  .transform(() => ({}));
