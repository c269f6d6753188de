import { realKnowledge } from './knowledge.ts';
import { realTrackers } from './tickets.ts';

/** What the supervisor takes from its own environment. */
export type SuiteEnvironment = {
  /** What every child gets: where programs, home, temporary files and time zones are, and nothing of anybody else's. */
  readonly basics: Readonly<Record<string, string>>;
  /** Preset for scripts that decide changes; a secret. */
  readonly approverToken: string | undefined;
  /** The private key of a real GitHub App, PEM; a secret. */
  readonly githubAppKey: string | undefined;
  /** What a real tracker or a real store of pages is shown, by the variable of its server; secrets. */
  readonly secrets: { readonly tickets: Variables; readonly knowledge: Variables };
};

type Variables = Readonly<Record<string, string>>;

const githubAppKeyName = 'COUNTERSIGN_GITHUB_APP_KEY_PEM';

/** SystemRoot and the like are what Windows cannot open a socket without. */
const basicNames = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'SystemRoot', 'USERPROFILE', 'TEMP', 'TMP'];

/** Reads the environment once. Secrets of backends are taken out of it: only the server that uses one is given it. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SuiteEnvironment {
  const basics: Record<string, string> = {};
  for (const name of basicNames) {
    const value = environment[name];
    if (value !== undefined) basics[name] = value;
  }
  const githubAppKey = environment[githubAppKeyName] || undefined;
  const secretsOf = (names: readonly string[]): Variables =>
    Object.fromEntries(names.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
  const secrets = { tickets: secretsOf(realTrackers.secretNames), knowledge: secretsOf(realKnowledge.secretNames) };
  const approverToken = environment['COUNTERSIGN_APPROVER_TOKEN'] || undefined;
  if (environment === process.env) {
    const all = [githubAppKeyName, ...realTrackers.secretNames, ...realKnowledge.secretNames];
    for (const name of all) delete process.env[name];
  }
  return { basics, approverToken, githubAppKey, secrets };
}
