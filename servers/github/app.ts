import { App } from '@octokit/app';
import * as z from 'zod';
import type { Endpoints } from './endpoints.ts';
import { appError, unavailable } from './errors.ts';
import { fetchWithin } from './fetch.ts';
import { silent } from './graphql.ts';
import type { WithinLimits } from './limits.ts';
import { noRepository, type RepositoryName } from './names.ts';
import type { Secret } from './secret.ts';

/** What an installation token is asked for. Exactly one way of naming repositories, and never none. */
export type TokenRequest = {
  readonly installationId: number;
  readonly repositories: { readonly ids: readonly number[] } | { readonly name: string };
  readonly permissions: Readonly<Record<string, 'read' | 'write'>>;
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
};

const installation = z.object({ id: z.number().int().positive() });
const appInfo = z.object({ slug: z.string().min(1) });

export function githubApp(options: {
  readonly endpoints: Endpoints;
  readonly appId: number;
  /** PEM. */
  readonly privateKey: Secret;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  /** Makes a `fetch` of reads try again. */
  readonly patient: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
  readonly timeoutMs?: number;
}): AppClient {
  const { endpoints, appId, userAgent, timeoutMs = 10_000 } = options;
  const limits = { origin: endpoints.origin, userAgent, timeoutMs, maxBytes: 1024 * 1024 };
  const once = options.withinLimits('app', fetchWithin({ ...limits, redirects: 'follow' }));
  const via = { baseUrl: endpoints.rest, request: { fetch: once, log: silent } };
  const reading = { ...via, request: { ...via.request, fetch: options.patient(once) } };
  const app = new App({ appId, privateKey: options.privateKey.reveal(), log: silent });
  const installations = new Map<string, Promise<number>>();
  let login: Promise<string> | undefined;
  return {
    id: appId,
    login: () => {
      login ??= loginOf(app, reading).catch((error: unknown) => {
        login = undefined;
        throw appError(error, unavailable);
      });
      return login;
    },
    installationOf: (repository) => {
      const key = `${repository.owner}/${repository.name}`.toLowerCase();
      const known = installations.get(key);
      if (known !== undefined) return known;
      const found = lookUp(app, repository, reading);
      installations.set(key, found);
      found.catch(() => installations.delete(key));
      return found;
    },
    createToken: async ({ installationId, repositories, permissions }) => {
      const selected =
        'ids' in repositories ? { repository_ids: [...repositories.ids] } : { repositories: [repositories.name] };
      const route = 'POST /app/installations/{installation_id}/access_tokens';
      try {
        const parameters = { installation_id: installationId, ...selected, permissions, ...via };
        return (await app.octokit.request(route, parameters)).data;
      } catch (error) {
        // The App may have been installed anew, or the repository moved to another owner: look again next time.
        installations.clear();
        throw error;
      }
    },
  };
}

async function lookUp(app: App, { owner, name }: RepositoryName, via: { readonly baseUrl: string }): Promise<number> {
  try {
    const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', { owner, repo: name, ...via });
    return installation.parse(data).id;
  } catch (error) {
    throw appError(error, noRepository);
  }
}

/** The login is the same for as long as the process lives, so it is asked for once. */
async function loginOf(app: App, via: { readonly baseUrl: string }): Promise<string> {
  const { data } = await app.octokit.request('GET /app', via);
  return `${appInfo.parse(data).slug}[bot]`;
}
