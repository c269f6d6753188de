import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import { readsRetentionDays, retentionDays, usualReadsDays } from '#shared/config/retention.ts';
import { suiteVersion } from '#shared/config/version.ts';
import { ledgerLocation } from '#shared/ledger/location.ts';
import { type Admission, rulesSchema, sessionSchema } from './sign-in/rules.ts';
import { type SignInSettings, signInSchema } from './sign-in/settings.ts';

/** The settings of the approvals server. */
export type ApprovalsConfig = {
  /** The ledger's file or `postgres://` URL, shared by the servers of the suite. A URL may hold a password. */
  readonly ledger: string;
  /** The file of the keys that contents are encrypted with; undefined where they are not. */
  readonly contentsKeys: string | undefined;
  /** How many days contents are kept after their change has ended; null for ever. */
  readonly contentsRetention: number | null;
  /** How many days it is kept what agents read; null for ever. */
  readonly readsRetention: number | null;
  /** Port of the queue's MCP listeners; 0 lets the system choose one for each. */
  readonly queuePort: number;
  /** Where people decide. An address of this machine alone unless they sign in elsewhere. */
  readonly console: {
    readonly host: string;
    readonly port: number;
    /** The origin at which people open it, where that is another than what it listens on. */
    readonly publicUrl: string | undefined;
  };
  readonly signIn: SignInSettings;
  readonly admission: Admission;
  /** When sessions end: without anything that a person did, and in any case. Milliseconds. */
  readonly sessions: { readonly idleMs: number; readonly lifeMs: number };
  /** Groups whose members see every change and decide none. */
  readonly auditors: readonly string[];
  /** Groups whose members see every change, and prepare to put back what an agent did. */
  readonly responders: readonly string[];
  /** The list of people; undefined where none is kept. */
  readonly people: string | undefined;
  /** The file that says who is told of changes; undefined where nobody is. */
  readonly webhooks: string | undefined;
  /** A blueprint file, or a folder of them. */
  readonly blueprints: string;
  /** File of the private key that decisions are signed with. */
  readonly decisionKey: string;
  /** File in which executors find the public half. */
  readonly decisionKeys: string;
  /** What scripts on this machine sign in with; a secret. */
  readonly approverToken: string | undefined;
  /** Where sign-in links are written; undefined for standard output. */
  readonly signInFile: string | undefined;
  readonly version: string;
};

const port = z.coerce.number().int().min(0).max(65535);
const path = z.string().min(1, 'is empty: leave it out or give a path');
/** `group:security,group:audit` as the names of groups. */
const groups = z.string().transform((text, context) => {
  const names = text.split(',').map((part) => /^group:(.+)$/.exec(part.trim())?.[1]);
  if (names.every((name) => name !== undefined)) return names;
  context.addIssue('must be a list of group:NAME with commas between');
  return z.NEVER;
});
const flag = z.enum(['0', '1'], 'must be 0 or 1').optional();

const serverSchema = z.object({
  COUNTERSIGN_DATA: z.string('is needed: the data directory').min(1, 'is needed: the data directory'),
  COUNTERSIGN_LEDGER: path.optional(),
  COUNTERSIGN_CONTENTS_KEYS: path.optional(),
  COUNTERSIGN_CONTENTS_RETENTION: retentionDays.optional(),
  COUNTERSIGN_READS_RETENTION: readsRetentionDays.default(usualReadsDays),
  COUNTERSIGN_APPROVALS_PORT: port.default(7104),
  COUNTERSIGN_CONSOLE_HOST: z.string().min(1).default('127.0.0.1'),
  COUNTERSIGN_CONSOLE_PORT: port.default(7200),
  COUNTERSIGN_BLUEPRINTS: path.optional(),
  COUNTERSIGN_PEOPLE: path.optional(),
  COUNTERSIGN_AUDITORS: groups.default([]),
  COUNTERSIGN_RESPONDERS: groups.default([]),
  COUNTERSIGN_WEBHOOKS: path.optional(),
  COUNTERSIGN_DECISION_KEY: path.optional(),
  COUNTERSIGN_DECISION_KEYS: path.optional(),
  COUNTERSIGN_APPROVER_TOKEN: z.string().min(32, 'must have at least 32 characters').optional(),
  COUNTERSIGN_REAL_BACKEND: flag,
  COUNTERSIGN_SINGLE_USER: flag,
  COUNTERSIGN_SIGN_IN_FILE: path.optional(),
});

/** Who looks at everything and does nothing is not who does something about it. */
const apart = serverSchema.refine(
  ({ COUNTERSIGN_AUDITORS: auditors, COUNTERSIGN_RESPONDERS: responders }) =>
    !responders.some((group) => auditors.includes(group)),
  { path: ['COUNTERSIGN_RESPONDERS'], error: 'names a group of COUNTERSIGN_AUDITORS, whose members may do nothing' },
);

/** All are read, whatever is wrong with one of them. */
const environmentSchema = z.intersection(
  z.intersection(apart, signInSchema),
  z.intersection(sessionSchema, rulesSchema),
);

const defaultBlueprint = fileURLToPath(new URL('../../capabilities/blueprints/default.yaml', import.meta.url));

/**
 * Reads the settings once.
 * @throws AppError `bad_configuration` that lists every problem, one a line
 */
export function readConfig(environment: Environment = process.env): ApprovalsConfig {
  const values = parseEnvironment(environmentSchema, environment, 'The approvals server');
  const data = resolve(values.COUNTERSIGN_DATA);
  return {
    ledger: ledgerLocation(values.COUNTERSIGN_LEDGER ?? join(data, 'ledger.db')),
    contentsKeys:
      values.COUNTERSIGN_CONTENTS_KEYS === undefined ? undefined : resolve(values.COUNTERSIGN_CONTENTS_KEYS),
    contentsRetention: values.COUNTERSIGN_CONTENTS_RETENTION ?? null,
    readsRetention: values.COUNTERSIGN_READS_RETENTION,
    queuePort: values.COUNTERSIGN_APPROVALS_PORT,
    console: {
      host: values.COUNTERSIGN_CONSOLE_HOST,
      port: values.COUNTERSIGN_CONSOLE_PORT,
      publicUrl: values.publicUrl,
    },
    signIn: values.signIn,
    admission: values.admission,
    sessions: values.sessions,
    auditors: values.COUNTERSIGN_AUDITORS,
    responders: values.COUNTERSIGN_RESPONDERS,
    people: values.COUNTERSIGN_PEOPLE === undefined ? undefined : resolve(values.COUNTERSIGN_PEOPLE),
    webhooks: values.COUNTERSIGN_WEBHOOKS === undefined ? undefined : resolve(values.COUNTERSIGN_WEBHOOKS),
    blueprints: resolve(values.COUNTERSIGN_BLUEPRINTS ?? defaultBlueprint),
    decisionKey: resolve(values.COUNTERSIGN_DECISION_KEY ?? join(data, 'approvals', 'decision-key.pem')),
    decisionKeys: resolve(values.COUNTERSIGN_DECISION_KEYS ?? join(data, 'approvals', 'decision-keys.json')),
    approverToken: values.COUNTERSIGN_APPROVER_TOKEN,
    signInFile: values.COUNTERSIGN_SIGN_IN_FILE === undefined ? undefined : resolve(values.COUNTERSIGN_SIGN_IN_FILE),
    version: suiteVersion(),
  };
}
