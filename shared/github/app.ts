import { App } from '@octokit/app';
import { Octokit, type OctokitOptions } from '@octokit/core';
import * as z from 'zod';
import type { WithinLimits } from '../http/limits.ts';
import { appJwts } from './app-jwt.ts';
import type { AppSigner } from './app-signer.ts';
import type { Endpoints } from './endpoints.ts';
import { appError, unavailable } from './errors.ts';
import { fetchWithin } from './fetch.ts';
import { silent } from './graphql.ts';
import { noRepository, type RepositoryName } from './names.ts';
import type { Permissions } from './permissions.ts';
import { pathOf } from './rest.ts';

/** What an installation token is asked for. Exactly one way of naming repositories, and never none. */
export type TokenRequest = {
  readonly installationId: number;
  readonly repositories: { readonly ids: readonly number[] } | { readonly name: string };
  readonly permissions: Permissions;
};

/** What the GitHub App itself may ask, with its own key. */
export type AppClient = {
  readonly id: number;
  /** The account under which the App's own writes appear: `slug[bot]`. */
  readonly login: () => Promise<string>;
  /** The installation that covers a repository, looked up once. Throws `not_found` when there is none. */
  readonly installationOf: (repository: RepositoryName) => Promise<number>;
  /** GitHub's answer to a request for a token, not checked yet. */
  readonly createToken: (request: TokenRequest) => Promise<unknown>;
  /** The same to a request for a token that sees the names of all that an installation covers, and nothing else. */
  readonly createOverviewToken: (installationId: number) => Promise<unknown>;
  /** The same to another GET that the App makes for itself. */
  readonly read: (path: readonly string[], query?: Readonly<Record<string, string>>) => Promise<unknown>;
};

const installation = z.object({ id: z.number().int().positive() });
const appInfo = z.object({ slug: z.string().min(1) });

export function githubApp(options: {
  readonly endpoints: Endpoints;
  readonly appId: number;
  readonly sign: AppSigner;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  /** Makes a `fetch` of reads try again. */
  readonly patient: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
  readonly timeoutMs?: number;
}): AppClient {
  const { endpoints, appId, sign, userAgent, timeoutMs = 10_000 } = options;
  const limits = {
    origin: endpoints.origin,
    userAgent,
    timeoutMs,
    maxBytes: 1024 * 1024,
    redirects: 'follow',
  } as const;
  const fetch = options.withinLimits('app', fetchWithin(limits));
  const ask = askingAs({ appId, sign, baseUrl: endpoints.rest });
  const get = (path: readonly string[], query = {}) => ask('GET', path, query, options.patient(fetch));
  const post = (path: readonly string[], body: object) => ask('POST', path, body, fetch);
  const installations = new Map<string, Promise<number>>();
  let login: Promise<string> | undefined;
  return {
    id: appId,
    login: () => {
      login ??= loginOf(get).catch((error: unknown) => {
        login = undefined;
        throw appError(error, unavailable);
      });
      return login;
    },
    installationOf: (repository) => {
      const key = `${repository.owner}/${repository.name}`.toLowerCase();
      const known = installations.get(key);
      if (known !== undefined) return known;
      const found = lookUp(repository, get);
      installations.set(key, found);
      found.catch(() => installations.delete(key));
      return found;
    },
    createOverviewToken: (installationId) => post(tokensOf(installationId), { permissions: overview }),
    read: get,
    createToken: async ({ installationId, repositories, permissions }) => {
      const selected =
        'ids' in repositories ? { repository_ids: [...repositories.ids] } : { repositories: [repositories.name] };
      try {
        return await post(tokensOf(installationId), { ...selected, permissions });
      } catch (error) {
        // The App may have been installed anew, or the repository moved to another owner: look again next time.
        installations.clear();
        throw error;
      }
    },
  };
}

const overview = { metadata: 'read' } as const;

const tokensOf = (installationId: number): readonly string[] => [
  ...['app', 'installations', String(installationId), 'access_tokens'],
];

type Ask = (
  method: 'GET' | 'POST',
  path: readonly string[],
  parameters: object,
  fetch: typeof globalThis.fetch,
) => Promise<unknown>;

/**
 * Requests of the App itself. Octokit's strategy signs each anew, and once more where GitHub's clock turns out to be
 * another. It would rather have the key: that, and its way of minting tokens for everything, are left unused.
 */
function askingAs(options: { readonly appId: number; readonly sign: AppSigner; readonly baseUrl: string }): Ask {
  const { appId, baseUrl } = options;
  const auth = { appId, createJwt: appJwts(options.sign), log: silent };
  const app = new App({
    appId,
    privateKey: '',
    log: silent,
    Octokit: Octokit.defaults((given: OctokitOptions) => ({ ...given, auth })),
  });
  return async (method, path, parameters, fetch) => {
    const request = { fetch, log: silent };
    return (await app.octokit.request(`${method} ${pathOf(path)}`, { ...parameters, baseUrl, request })).data;
  };
}

type Get = (path: readonly string[]) => Promise<unknown>;

async function lookUp({ owner, name }: RepositoryName, get: Get): Promise<number> {
  try {
    return installation.parse(await get(['repos', owner, name, 'installation'])).id;
  } catch (error) {
    throw appError(error, noRepository);
  }
}

/** The login is the same for as long as the process lives, so it is asked for once. */
async function loginOf(get: Get): Promise<string> {
  return `${appInfo.parse(await get(['app'])).slug}[bot]`;
}
