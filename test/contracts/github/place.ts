import type { GithubBackend } from '#servers/github/backend.ts';
import { githubBackend } from '#servers/github/backend.ts';
import { type Bystander, bystander } from './bystander.ts';
import type { ContractConfig } from './config.ts';

/** One GitHub, or what stands in for it, and the scratch repository there. */
export type Place = {
  readonly backend: Pick<GithubBackend, 'reader' | 'door' | 'close'>;
  /** `owner/name`. */
  readonly repository: string;
  /** Does what the server itself has no business doing. */
  readonly bystander: Bystander;
  /** What went wrong where nobody waits. */
  readonly problems: readonly unknown[];
  /** How long what was written may take until it is read, in milliseconds. */
  readonly settleMs: number;
  /** How long a write may wait until GitHub takes more of them, in milliseconds. */
  readonly paceMs: number;
};

/** Two limits of GitHub end within the hour. */
const wholeHourMs = 65 * 60_000;

/** The place that the settings name; nothing is sent yet. */
export function placeOf(config: ContractConfig): Place {
  const problems: unknown[] = [];
  const connection = { ...config, logHosts: [], userAgent: 'countersign/contract' };
  const backend = githubBackend({ config: connection, onProblem: (problem) => problems.push(problem) });
  return {
    ...{ backend, problems, repository: config.repository, bystander: bystander(config) },
    ...{ settleMs: 60_000, paceMs: wholeHourMs },
  };
}
