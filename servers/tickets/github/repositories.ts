import * as z from 'zod';
import type { ProjectRef } from '#capabilities/ticket/types.ts';
import { AppError } from '#shared/errors.ts';
import type { AppClient } from '#shared/github/app.ts';
import { appError } from '#shared/github/errors.ts';
import { noRepository, repositoryName } from '#shared/github/names.ts';
import type { ReadTokens } from '#shared/github/read-tokens.ts';
import type { OpenSession, Session } from '#shared/github/session.ts';
import { mintToken, type Token } from '#shared/github/tokens.ts';
import { readPermissions } from './permissions.ts';

const repository = z.object({
  id: z.number().int().positive(),
  full_name: z.string(),
  html_url: z.string(),
  private: z.boolean(),
  visibility: z.enum(['public', 'internal', 'private']).optional(),
  archived: z.boolean(),
  has_issues: z.boolean(),
});

/** A repository as it was found, and how it is read. */
export type Repository = {
  readonly project: ProjectRef;
  readonly url: string;
  readonly archived: boolean;
  /** Without these nothing here can be read or written. */
  readonly hasIssues: boolean;
  readonly session: Session;
};

/** Repositories by their names, or by their numbers where they may be called otherwise by now. Null where none is seen. */
export type Repositories = {
  readonly byKey: (key: string) => Promise<Repository | null>;
  readonly byId: (id: number) => Promise<Repository | null>;
};

/** For so long what was read of a repository is not asked for again, in milliseconds. */
const knownMs = 15_000;

export function githubRepositories({
  app,
  open,
  tokens,
  revoke,
  now,
}: {
  readonly app: AppClient;
  readonly open: OpenSession;
  readonly tokens: ReadTokens;
  /** Never rejects. */
  readonly revoke: (token: Token) => Promise<void>;
  readonly now: () => number;
}): Repositories {
  const names = new Map<number, string>();
  const known = new Map<string, { readonly until: number; readonly found: Promise<Repository | null> }>();

  const look = async (key: string): Promise<Repository | null> => {
    const session = open(key);
    const found = await session.get({ path: [], data: repository });
    const { repositoryIds } = await tokens.of(session);
    // A name can become another repository's, which the token at hand is not for.
    if (found === null || repositoryIds[0] !== found.id) {
      tokens.forget(repositoryName(key));
      return null;
    }
    names.set(found.id, found.full_name);
    const audience = found.visibility ?? (found.private ? 'private' : 'public');
    const { full_name: name, html_url: url, archived, has_issues: hasIssues } = found;
    return {
      project: { id: String(found.id), key: name, name, audience, customers: false },
      url,
      archived,
      hasIssues,
      session,
    };
  };

  const byKey = async (key: string): Promise<Repository | null> => {
    const folded = key.toLowerCase();
    const before = known.get(folded);
    if (before && before.until > now()) return before.found;
    for (const [old, { until }] of known) if (until <= now()) known.delete(old);
    const found = look(key).catch(nullIfMissing);
    known.set(folded, { until: now() + knownMs, found });
    found.then(
      (one) => one === null && known.delete(folded),
      () => known.delete(folded),
    );
    return found;
  };

  /** Which name a repository has now: some installation gives a token for its number, and says so. */
  const nameOf = async (id: number): Promise<string | null> => {
    for (const installationId of await installationsOf(app)) {
      const request = { installationId, repositories: { ids: [id] }, permissions: readPermissions };
      const token = await mintToken(app, request).catch(nullIfMissing);
      if (token === null) continue;
      void revoke(token);
      return token.names[0] ?? null;
    }
    return null;
  };

  return {
    byKey,
    byId: async (id) => {
      const named = names.get(id);
      const found = named === undefined ? null : await byKey(named);
      if (found?.project.id === String(id)) return found;
      const name = await nameOf(id);
      const other = name === null ? null : await byKey(name);
      return other?.project.id === String(id) ? other : null;
    },
  };
}

const installations = z.array(z.object({ id: z.number().int().positive() }));

async function installationsOf(app: AppClient): Promise<readonly number[]> {
  try {
    return installations.parse(await app.read(['app', 'installations'], { per_page: '100' })).map(({ id }) => id);
  } catch (error) {
    throw appError(error, noRepository);
  }
}

/** What GitHub says is not there, or does not show, is not there. */
function nullIfMissing(error: unknown): null {
  if (error instanceof AppError && error.code === 'not_found') return null;
  throw error;
}
