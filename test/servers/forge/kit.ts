import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '@octokit/app';
import { graphql } from '@octokit/graphql';
import type { ForgeConfig } from '#servers/forge/config.ts';
import { requestLogPath, startForge } from '#servers/forge/start.ts';

export const appKeys = generateKeyPairSync('rsa', { modulusLength: 2048 });

export type Permissions = Record<string, 'read' | 'write'>;
export type Graphql = typeof graphql;

const writePermissions: Permissions = { contents: 'write', pull_requests: 'write' };

/** A forge in this process, on a directory and a port of its own, and the clients that servers/github uses. */
export async function runForge(overrides: Partial<ForgeConfig> = {}) {
  const data = await mkdtemp(join(tmpdir(), 'forge-'));
  const config: ForgeConfig = {
    dataDir: join(data, 'forge'),
    host: '127.0.0.1',
    port: 0,
    appId: 7,
    appPublicKey: appKeys.publicKey,
    permissions: { contents: 'write', pull_requests: 'write' },
    path: process.env['PATH'] ?? '',
    faultsFile: undefined,
    ...overrides,
  };
  const forge = await startForge(config);
  const clients = clientsOf(forge.url);
  const close = async (): Promise<void> => {
    await forge.close();
    await rm(data, { recursive: true, force: true });
  };
  const log = async (): Promise<Record<string, unknown>[]> => {
    const text = await readFile(requestLogPath(config.dataDir), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return { ...clients, config, url: forge.url, log, stop: forge.close, close };
}

export type TestForge = Awaited<ReturnType<typeof runForge>>;

/** App, token, GraphQL and plain clients of a forge at a URL. */
export function clientsOf(url: string, privateKey: KeyObject = appKeys.privateKey) {
  const app = new App({
    appId: 7,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  });
  const via = { baseUrl: `${url}/api/v3` };
  const installation = async (): Promise<number> =>
    (await app.octokit.request('GET /orgs/{org}/installation', { org: 'acme', ...via })).data.id;
  const token = async (permissions: Permissions = writePermissions, repositories: string[] = ['storefront']) => {
    const route = 'POST /app/installations/{installation_id}/access_tokens';
    const wanted = { installation_id: await installation(), repositories, permissions, ...via };
    return (await app.octokit.request(route, wanted)).data.token;
  };
  const query = (bearer: string): Graphql =>
    graphql.defaults({ baseUrl: `${url}/api`, headers: { authorization: `token ${bearer}` } });
  const rest = (bearer: string, path: string, init: { method?: string; body?: unknown; accept?: string } = {}) =>
    fetch(`${url}/api/v3${path}`, {
      method: init.method ?? 'GET',
      headers: { authorization: `Bearer ${bearer}`, ...(init.accept ? { accept: init.accept } : {}) },
      ...(init.body === undefined ? {} : { body: JSON.stringify(init.body) }),
    });
  return { app, via, installation, token, query, rest };
}

/** The head of a branch, as the REST API gives it. */
export async function headOf(forge: Pick<TestForge, 'rest'>, bearer: string, branch: string): Promise<string> {
  const answer = await forge.rest(bearer, `/repos/acme/storefront/git/ref/heads/${branch}`);
  const { object } = (await answer.json()) as { object?: { sha: string } };
  return object?.sha ?? '';
}

/** Makes a branch at the head of main, and says where that is. */
export async function makeBranch(forge: Pick<TestForge, 'rest'>, bearer: string, branch: string): Promise<string> {
  const sha = await headOf(forge, bearer, 'main');
  const body = { ref: `refs/heads/${branch}`, sha };
  const answer = await forge.rest(bearer, '/repos/acme/storefront/git/refs', { method: 'POST', body });
  if (answer.status !== 201) throw new Error(`the branch was not made: ${await answer.text()}`);
  return sha;
}

export const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');

const commitMutation = `mutation Commit($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid signature { isValid state wasSignedByGitHub } } ref { name target { oid } } }
}`;

type Committed = {
  createCommitOnBranch: {
    commit: { oid: string; signature: { isValid: boolean; state: string; wasSignedByGitHub: boolean } };
    ref: { name: string; target: { oid: string } };
  };
};

export type FileChanges = { additions?: { path: string; contents: string }[]; deletions?: { path: string }[] };

/** One commit on a branch of acme/storefront through the GraphQL client. */
export async function commit(
  query: Graphql,
  wanted: { branch: string; head: string; changes: FileChanges; headline?: string; body?: string },
) {
  const answer = await query<Committed>(commitMutation, {
    input: {
      branch: { repositoryNameWithOwner: 'acme/storefront', branchName: wanted.branch },
      expectedHeadOid: wanted.head,
      message: { headline: wanted.headline ?? 'Change', body: wanted.body },
      fileChanges: wanted.changes,
    },
  });
  return answer.createCommitOnBranch;
}

/** The types of the GraphQL errors that a call is refused with; empty where it is not. */
export async function refusal(call: Promise<unknown>): Promise<{ type: string; message: string }[]> {
  try {
    await call;
    return [];
  } catch (error) {
    const { errors } = error as { errors?: { type: string; message: string }[] };
    if (!errors) throw error;
    return errors.map(({ type, message }) => ({ type, message }));
  }
}
