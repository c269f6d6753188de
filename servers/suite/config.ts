/** What the supervisor takes from its own environment. */
export type SuiteEnvironment = {
  /** What every child gets: where programs, home, temporary files and time zones are, and nothing of anybody else's. */
  readonly basics: Readonly<Record<string, string>>;
  /** Preset for scripts that decide changes; a secret. */
  readonly approverToken: string | undefined;
};

/** SystemRoot and the like are what Windows cannot open a socket without. */
const basicNames = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'SystemRoot', 'USERPROFILE', 'TEMP', 'TMP'];

/** Reads the environment once. */
export function readEnvironment(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): SuiteEnvironment {
  const basics: Record<string, string> = {};
  for (const name of basicNames) {
    const value = environment[name];
    if (value !== undefined) basics[name] = value;
  }
  return { basics, approverToken: environment['COUNTERSIGN_APPROVER_TOKEN'] || undefined };
}
