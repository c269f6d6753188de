import * as z from 'zod';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import type { SponsorAccess, SponsorLevel } from '#shared/changes/sponsors.ts';
import { AppError } from '#shared/errors.ts';
import { absent } from '../absent.ts';
import { some } from './answers.ts';
import { listQuery, nextCursor } from './cursor.ts';
import { v1, v2 } from './product.ts';
import type { Spaces } from './spaces.ts';

const permission = z.object({
  principal: z.object({ type: z.string(), id: z.string() }),
  operation: z.object({ key: z.string(), targetType: z.string() }),
});
type Permission = z.infer<typeof permission>;

const groups = z.object({ results: z.array(z.object({ id: z.string().nullish() })).default([]) });

/** What the tools can do in a space: who may do all of it may write there. */
const writing = ['create page', 'create comment', 'delete page'];

/**
 * What Confluence says that people may do in a space, by their account ids: what it gives to them and to their groups.
 * A space whose permissions are given by roles does not say so: there nobody can tell. Nor can anybody, without being an
 * administrator of Confluence, tell which restricted pages of a space somebody else may see.
 */
export function confluenceSponsors({
  reads,
  spaces,
  accountOf,
}: {
  readonly reads: Reads;
  readonly spaces: Spaces;
  readonly accountOf: (sponsor: string) => string | null;
}): SponsorAccess<KnowledgeAsk> {
  return {
    accountOf,
    about: ({ namespace, want }) => ({ thing: namespace, wants: want }),
    levelOf: async (accountId, key): Promise<SponsorLevel> => {
      const space = await spaces.byKey(key);
      if (space === null) return 'none';
      const [given, own] = await Promise.all([permissionsOf(reads, space.id), groupsOf(reads, accountId)]);
      const theirs = new Set([accountId, ...own]);
      const may = new Set(given.filter(({ principal }) => theirs.has(principal.id)).map(wordOf));
      if (writing.every((one) => may.has(one))) return 'write';
      if (may.has('read space')) return 'read';
      if (given.some(({ principal }) => principal.type !== 'user' && principal.type !== 'group')) throw untold(key);
      return 'none';
    },
    absent,
  };
}

const wordOf = ({ operation: { key, targetType } }: Permission): string => `${key} ${targetType}`;

/** More than a space has in earnest. */
const mostPages = 20;

async function permissionsOf(reads: Reads, spaceId: string): Promise<readonly Permission[]> {
  const all: Permission[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const path = [...v2, 'spaces', spaceId, 'permissions'];
    const found = await reads.get({ path, query: listQuery(250, cursor), answer: some(permission) });
    all.push(...(found?.results ?? []));
    cursor = (found && nextCursor(found)) ?? undefined;
    if (cursor === undefined) break;
  }
  return all;
}

async function groupsOf(reads: Reads, accountId: string): Promise<readonly string[]> {
  const query = { accountId, limit: '200' };
  const found = await reads.get({ path: [...v1, 'user', 'memberof'], query, answer: groups });
  return (found?.results ?? []).flatMap(({ id }) => id ?? []);
}

function untold(key: string): AppError {
  return new AppError('bad_configuration', `Confluence does not tell this server what others may do in ${key}.`, {
    next: 'Ask the operator to give the sponsor or a group of theirs permissions of the space, or to write sponsor_access: unverified into the blueprint.',
  });
}
