import { generateKeyPairSync } from 'node:crypto';
import type { RepositoryRef, RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { githubBackend } from '#servers/github/backend.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { AppKey } from '#shared/github/app-signer.ts';
import { type Endpoints, endpointsOf } from '#shared/github/endpoints.ts';
import { Secret } from '#shared/http/secret.ts';
import { repositoryId } from './fake-github.ts';

/** A key pair of an App, made once for each test file. */
export const keys = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

/** The endpoints of a base URL that can be used. */
export function mustEndpoints(url: string): Endpoints {
  const endpoints = endpointsOf(url);
  if (typeof endpoints === 'string') throw new Error(endpoints);
  return endpoints;
}

/** The backend against a server at `url`, and what it reported to nobody. */
export function connect(
  url: string,
  options: Partial<
    Pick<Parameters<typeof githubBackend>[0], 'now' | 'beforeMerge' | 'readTimeoutMs' | 'writeTimeoutMs' | 'allowances'>
  > & { readonly appId?: number; readonly appKey?: AppKey } = {},
) {
  const problems: unknown[] = [];
  const config = {
    endpoints: mustEndpoints(url),
    appId: options.appId ?? 1,
    appKey: options.appKey ?? { pem: new Secret(keys.privateKey) },
    logHosts: ['logs.example'],
    userAgent: 'countersign/test',
  };
  const backend = githubBackend({ config, onProblem: (problem) => problems.push(problem), ...options });
  const target: RepoTarget = { repositoryId, repository: 'acme/web' };
  const openWriter = (at: RepoTarget = target, changeId = 'chg_1'): Promise<RepoWriter> =>
    backend.door.open(mintPermit({ changeId, tool: 'commit_files', step: 'commit', target: at }));
  return { ...backend, problems, openWriter };
}

export const web: RepositoryRef = { id: repositoryId, nodeId: 'R_web', name: 'acme/web', defaultBranch: 'main' };

/** Some commit's id. */
export const oidOf = (digit: string): string => digit.repeat(40);
