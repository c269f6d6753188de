import type { Environment } from '#shared/config/environment.ts';

/** A contract that can be tried on real accounts. */
export type Live = {
  /** The backends, as `npm run test:live` names them. */
  readonly names: readonly string[];
  /** The variable that names the backend to the test file. */
  readonly variable: string;
  /** The file that registers the tests; from the root of the repository. */
  readonly file: string;
  /**
   * Looks at the settings and at what would be written to, before there is a test, so that a wrong one is a line and not a
   * stack. Answers with what will be written. Throws when nothing may be.
   */
  readonly prepare: (environment: Environment, say: (line: string) => void) => Promise<string>;
};
