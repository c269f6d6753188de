import type { RepoTarget } from '#capabilities/repo/types.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { type Redeemed, redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import { AppError } from '#shared/errors.ts';
import type { AppClient } from './app.ts';
import type { Endpoints } from './endpoints.ts';
import { notDone } from './errors.ts';
import { fetchWithin } from './fetch.ts';
import { graphqlOver } from './graphql.ts';
import { repositoryName } from './names.ts';
import { rest } from './rest.ts';
import { mintToken, writePermissions } from './tokens.ts';
import { githubWriter } from './writer.ts';

/** The executor waits for this, and a token that is not revoked dies within the hour. */
const revokeMs = 5_000;

type DoorOptions = {
  readonly endpoints: Endpoints;
  readonly app: AppClient;
  readonly userAgent: string;
  /** Gets what went wrong where nobody waits: a token that could not be revoked. */
  readonly onProblem: (error: unknown) => void;
  readonly timeoutMs?: number;
};

/** A writer, and how to end it: `close` revokes its token and makes every later call `NotDone`. */
type OpenWriter = { readonly write: RepoWriter; readonly close: () => Promise<void> };

/**
 * Opens the writer of one redeemed permit, with a token that can write to the permit's one repository and was minted
 * for it alone. Throws `NotDone` when GitHub gives no such token: nothing has been written then.
 */
async function openWriter(options: DoorOptions & { readonly redeemed: Redeemed<RepoTarget> }): Promise<OpenWriter> {
  const { endpoints, app, userAgent, onProblem, timeoutMs = 30_000 } = options;
  const { target } = options.redeemed;
  const token = await tokenFor(app, target);
  const limits = {
    origin: endpoints.origin,
    userAgent,
    timeoutMs,
    maxBytes: 1024 * 1024,
    redirects: 'refuse',
  } as const;
  const fetch = fetchWithin({ ...limits, token: token.secret });
  const revoking = fetchWithin({ ...limits, timeoutMs: Math.min(timeoutMs, revokeMs), token: token.secret });
  const send = graphqlOver(endpoints, fetch);
  let closing: Promise<void> | undefined;
  const graphql: typeof send = async (document, variables) => {
    if (closing !== undefined) throw notDone('refused', new Error('the writer was closed'));
    return send(document, variables);
  };
  return {
    write: githubWriter({ graphql, target }),
    close: () => {
      closing ??= rest({ endpoints, fetch: revoking }, 'DELETE', ['installation', 'token']).then(() => {}, onProblem);
      return closing;
    },
  };
}

async function tokenFor(app: AppClient, { repository, repositoryId }: RepoTarget) {
  try {
    const installationId = await app.installationOf(repositoryName(repository));
    return await mintToken(app, {
      installationId,
      repositories: { ids: [repositoryId] },
      permissions: writePermissions,
    });
  } catch (error) {
    const isOut = !(error instanceof AppError) || error.code === 'backend_unavailable';
    throw notDone(isOut ? 'unavailable' : 'refused', error);
  }
}

/** The door that the executor is given. Every permit gets a writer with a token of its own. */
export function githubDoor(options: DoorOptions): WriterDoor<RepoWriter, RepoTarget> {
  const open = new Map<string, OpenWriter[]>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const writer = await openWriter({ ...options, redeemed });
      open.set(redeemed.changeId, [...(open.get(redeemed.changeId) ?? []), writer]);
      return writer.write;
    },
    done: async (changeId) => {
      const writers = open.get(changeId) ?? [];
      open.delete(changeId);
      await Promise.all(writers.map((writer) => writer.close()));
    },
  };
}
