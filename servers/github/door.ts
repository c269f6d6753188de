import type { RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { type Redeemed, redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import type { AppClient } from '#shared/github/app.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { noToken, notDone } from '#shared/github/errors.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { graphqlOver } from '#shared/github/graphql.ts';
import { repositoryName } from '#shared/github/names.ts';
import { rest, restSend } from '#shared/github/rest.ts';
import { mintToken } from '#shared/github/tokens.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import type { Pace } from '#shared/http/pace.ts';
import type { BuildRequests } from './git-data.ts';
import { writePermissions } from './tokens.ts';
import { githubWriter } from './writer.ts';

/** The executor waits for this, and a token that is not revoked dies within the hour. */
const revokeMs = 5_000;

/** A tree that was made is answered with every entry of its root. Bytes. */
const mostOfTree = 16 * 1024 * 1024;

type DoorOptions = {
  readonly endpoints: Endpoints;
  readonly app: AppClient;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  readonly pace: Pace;
  /** Gets what went wrong where nobody waits: a token that could not be revoked. */
  readonly onProblem: (error: unknown) => void;
  readonly timeoutMs?: number;
  /** Runs before a pull request of a repository is merged. */
  readonly beforeMerge?: (repository: string) => Promise<void>;
};

/** A writer, and how to end it: `close` revokes its token and makes every later call `NotDone`. */
type OpenWriter = { readonly write: RepoWriter; readonly close: () => Promise<void> };

/**
 * Opens the writer of one redeemed permit, with a token that can write to the permit's one repository and was minted
 * for it alone. Throws `NotDone` when GitHub gives no such token: nothing has been written then.
 */
async function openWriter(options: DoorOptions & { readonly redeemed: Redeemed<RepoTarget> }): Promise<OpenWriter> {
  const { endpoints, app, userAgent, onProblem, withinLimits, pace, timeoutMs = 30_000 } = options;
  const { target, tool } = options.redeemed;
  const token = await tokenFor(app, target, tool);
  const limits = {
    origin: endpoints.origin,
    userAgent,
    timeoutMs,
    maxBytes: 1024 * 1024,
    redirects: 'refuse',
  } as const;
  const limitedFetch = (other: { timeoutMs?: number; maxBytes?: number } = {}): typeof globalThis.fetch =>
    withinLimits(token.subject, fetchWithin({ ...limits, ...other, token: token.secret }));
  const fetch = limitedFetch();
  const building = limitedFetch({ maxBytes: mostOfTree });
  const revoking = limitedFetch({ timeoutMs: Math.min(timeoutMs, revokeMs) });
  const send = graphqlOver(endpoints, fetch);
  let closing: Promise<void> | undefined;
  const assertOpen = (): void => {
    if (closing !== undefined) throw notDone('refused', new Error('the writer was closed'));
  };
  const graphql: typeof send = async (...request) => {
    assertOpen();
    pace(token.subject);
    return send(...request);
  };
  const requests: BuildRequests = {
    get: async (segments) => {
      assertOpen();
      return rest({ endpoints, fetch: building }, 'GET', segments);
    },
    post: async (...request) => {
      assertOpen();
      pace(token.subject);
      return restSend({ endpoints, fetch: building }, 'POST', ...request);
    },
    delete: async (segments, body) => {
      assertOpen();
      pace(token.subject);
      return restSend({ endpoints, fetch }, 'DELETE', segments, body);
    },
  };
  return {
    write: githubWriter({ graphql, rest: requests, target }),
    close: () => {
      closing ??= rest({ endpoints, fetch: revoking }, 'DELETE', ['installation', 'token']).then(() => {}, onProblem);
      return closing;
    },
  };
}

async function tokenFor(app: AppClient, { repository, repositoryId }: RepoTarget, tool: string) {
  const permissions = writePermissions[tool];
  if (permissions === undefined) throw notDone('refused', new Error(`no credential is meant for ${tool}`));
  try {
    const installationId = await app.installationOf(repositoryName(repository));
    return await mintToken(app, {
      installationId,
      repositories: { ids: [repositoryId] },
      permissions,
    });
  } catch (error) {
    throw noToken(error);
  }
}

/** How long a write token is used for further steps of its change, in milliseconds. */
const reuseMs = 5 * 60_000;

/**
 * The door that the executor is given. The steps of a change share one token, which is revoked when the change is
 * done; each of them needs a permit of its own.
 */
export function githubDoor(options: DoorOptions): WriterDoor<RepoWriter, RepoTarget> {
  type Session = { readonly key: string; readonly until: number; readonly writer: OpenWriter };
  const open = new Map<string, readonly Session[]>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      if (redeemed.tool === 'merge_pull_request') await options.beforeMerge?.(redeemed.target.repository);
      const key = canonical(redeemed.target);
      const known = open.get(redeemed.changeId) ?? [];
      const fresh = known.find((session) => session.key === key && session.until > performance.now());
      if (fresh) return fresh.writer.write;
      const writer = await openWriter({ ...options, redeemed });
      open.set(redeemed.changeId, [...known, { key, until: performance.now() + reuseMs, writer }]);
      return writer.write;
    },
    done: async (changeId) => {
      const sessions = open.get(changeId) ?? [];
      open.delete(changeId);
      await Promise.all(sessions.map(({ writer }) => writer.close()));
    },
  };
}
