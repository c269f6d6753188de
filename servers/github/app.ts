import * as z from 'zod';
import { appRequests } from './app-requests.ts';
import type { AppSigner } from './app-signer.ts';
import type { Endpoints } from './endpoints.ts';
import { appError, unavailable } from './errors.ts';
import { fetchWithin } from './fetch.ts';
import type { WithinLimits } from './limits.ts';
import { noRepository, type RepositoryName } from './names.ts';
import { rest, restPost } from './rest.ts';
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
  readonly now: () => number;
  readonly timeoutMs?: number;
}): AppClient {
  const { endpoints, appId, sign, userAgent, now, timeoutMs = 10_000 } = options;
  const limits = {
    origin: endpoints.origin,
    userAgent,
    timeoutMs,
    maxBytes: 1024 * 1024,
    redirects: 'follow',
  } as const;
  const fetchWith = (token: Secret) => options.withinLimits('app', fetchWithin({ ...limits, token }));
  const once = { endpoints, fetch: appRequests({ appId, sign, fetchWith, now }) };
  const reading = { ...once, fetch: options.patient(once.fetch) };
  const installations = new Map<string, Promise<number>>();
  let login: Promise<string> | undefined;
  return {
    id: appId,
    login: () => {
      login ??= loginOf(reading).catch((error: unknown) => {
        login = undefined;
        throw appError(error, unavailable);
      });
      return login;
    },
    installationOf: (repository) => {
      const key = `${repository.owner}/${repository.name}`.toLowerCase();
      const known = installations.get(key);
      if (known !== undefined) return known;
      const found = lookUp(repository, reading);
      installations.set(key, found);
      found.catch(() => installations.delete(key));
      return found;
    },
    createOverviewToken: (installationId) => restPost(once, tokensOf(installationId), { permissions: overview }),
    read: (path, query = {}) => rest(reading, 'GET', path, query),
    createToken: async ({ installationId, repositories, permissions }) => {
      const selected =
        'ids' in repositories ? { repository_ids: [...repositories.ids] } : { repositories: [repositories.name] };
      try {
        return await restPost(once, tokensOf(installationId), { ...selected, permissions });
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

type Via = Parameters<typeof rest>[0];

async function lookUp({ owner, name }: RepositoryName, via: Via): Promise<number> {
  try {
    return installation.parse(await rest(via, 'GET', ['repos', owner, name, 'installation'])).id;
  } catch (error) {
    throw appError(error, noRepository);
  }
}

/** The login is the same for as long as the process lives, so it is asked for once. */
async function loginOf(via: Via): Promise<string> {
  return `${appInfo.parse(await rest(via, 'GET', ['app'])).slug}[bot]`;
}
