import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { unavailable } from '#shared/github/errors.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { repositoryName } from '#shared/github/names.ts';
import type { ReadTokens } from '#shared/github/read-tokens.ts';
import { successful } from '#shared/github/rest.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import type { OpenSession } from '../read/session.ts';

/** An open pull request: its number, where it is, and in which repository by its immutable ids. */
export type OpenHead = {
  readonly number: number;
  readonly head: string;
  readonly repository: { readonly id: number; readonly nodeId: string };
};

/** A commit of a pull request: by which account, as far as GitHub vouches for that. */
export type HeadCommit = { readonly oid: string; readonly author: string | null };

const perPage = 100;
/** GitHub lists so many commits of a pull request at most. */
const mostCommits = 250;
/** Of a repository with more open pull requests, those that changed last. */
const mostPages = 3;

const pulls = z.array(
  z
    .object({
      number: z.number().int().positive(),
      head: z.object({ sha: oid }),
      base: z.object({ repo: z.object({ id: z.number().int().positive(), node_id: z.string().min(1) }) }),
    })
    .transform(
      ({ number, head, base }): OpenHead => ({
        number,
        head: head.sha,
        repository: { id: base.repo.id, nodeId: base.repo.node_id },
      }),
    ),
);

/**
 * Lists the open pull requests of repositories. What has not changed since is not sent again, and does not count against
 * GitHub's limits: https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests
 */
export function openHeads(options: {
  readonly endpoints: Endpoints;
  readonly tokens: ReadTokens;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  readonly timeoutMs: number;
}): (repository: string) => Promise<readonly OpenHead[]> {
  const { endpoints, tokens, userAgent, withinLimits, timeoutMs } = options;
  const known = new Map<string, { readonly etag: string; readonly heads: readonly OpenHead[] }>();
  const limits = {
    origin: endpoints.origin,
    userAgent,
    timeoutMs,
    maxBytes: 32 * 1024 * 1024,
    redirects: 'refuse',
  } as const;
  return async (text) => {
    const name = repositoryName(text);
    const { secret, subject } = await tokens.of(name);
    const fetch = withinLimits(subject, fetchWithin({ ...limits, token: secret }));
    const get = (page: number, etag?: string): Promise<Response> => {
      const query = `state=open&sort=updated&direction=desc&per_page=${perPage}&page=${page}`;
      const headers = { accept: 'application/vnd.github+json', ...(etag !== undefined && { 'if-none-match': etag }) };
      return fetch(`${endpoints.rest}/repos/${name.owner}/${name.name}/pulls?${query}`, { method: 'GET', headers });
    };
    const before = known.get(text);
    const first = await get(1, before?.etag);
    if (before && first.status === 304) return before.heads;
    const etag = (await successful(first)).headers.get('etag');
    const heads = [...(await parsed(first))];
    for (let page = 2; page <= mostPages && heads.length === (page - 1) * perPage; page += 1) {
      heads.push(...(await parsed(await successful(await get(page)))));
    }
    if (etag !== null) known.set(text, { etag, heads });
    return heads;
  };
}

async function parsed(response: Response): Promise<readonly OpenHead[]> {
  const found = pulls.safeParse(await response.json().catch(() => null));
  if (!found.success) throw unavailable(new Error('unexpected answer of GitHub'));
  return found.data;
}

const commits = z.array(
  z
    .object({
      sha: oid,
      author: z.object({ login: z.string() }).nullable(),
      commit: z.object({ verification: z.object({ verified: z.boolean() }).nullish() }),
    })
    .transform(
      ({ sha, author, commit }): HeadCommit => ({
        oid: sha,
        author: commit.verification?.verified === true ? (author?.login ?? null) : null,
      }),
    ),
);

/** The commits of a pull request, newest first. */
export async function commitsOfPull(
  open: OpenSession,
  repository: string,
  number: number,
): Promise<readonly HeadCommit[]> {
  const session = open(repository);
  const all: HeadCommit[] = [];
  for (let page = 1; all.length === (page - 1) * perPage && all.length < mostCommits; page += 1) {
    const query = { per_page: String(perPage), page: String(page) };
    all.push(...((await session.get({ path: ['pulls', String(number), 'commits'], query, data: commits })) ?? []));
  }
  return all.toReversed();
}
