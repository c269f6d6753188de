import { canonical } from '../crypto/canonical.ts';
import { AppError } from '../errors.ts';
import type { AppClient } from './app.ts';
import type { RepositoryName } from './names.ts';
import type { Permissions } from './permissions.ts';
import { mintToken, type Token } from './tokens.ts';

/** A token is not handed out in its last five minutes, so that it outlives the call that uses it. */
const spareMs = 5 * 60 * 1000;

/** For so long a token is handed out, and so long later no call can be using it any more: then it is revoked. */
const useMs = 10 * 60 * 1000;
const graceMs = 5 * 60 * 1000;

/** Tokens for reading, each for one repository. They are shared by all calls for some minutes, and revoked afterwards. */
export type ReadTokens = {
  /**
   * The usual permissions unless others are given, each set of which has tokens of its own. Throws AppError `not_found`
   * for a repository that no installation covers, `backend_refused` where it has not those permissions.
   */
  readonly of: (repository: RepositoryName, permissions?: Permissions) => Promise<Token>;
  /** Forgets what is known of a repository, because GitHub no longer takes it. */
  readonly forget: (repository: RepositoryName) => void;
  /** Revokes whatever is left. Nothing may be read any more. */
  readonly close: () => Promise<void>;
};

/** The installation and immutable id that a name led to. */
type Place = { readonly installationId: number; readonly repositoryId: number };

/** A token, or the request for one: callers that come while it is under way share its answer. */
type Entry = { readonly token: Promise<Token>; usedUntil: number };

export function readTokens({
  app,
  host,
  revoke,
  usual,
  all,
  now = Date.now,
}: {
  readonly app: AppClient;
  /** Part of the cache key: an id means another repository on another host. */
  readonly host: string;
  /** Never rejects. */
  readonly revoke: (token: Token) => Promise<void>;
  /** What a read asks for unless it says otherwise. */
  readonly usual: Permissions;
  /** Every set of permissions that reads ask for. */
  readonly all: readonly Permissions[];
  readonly now?: () => number;
}): ReadTokens {
  const places = new Map<string, Promise<Place>>();
  const entries = new Map<string, Entry>();
  const retired = new Map<Promise<Token>, number>();

  const retire = (key: string): void => {
    const entry = entries.get(key);
    if (entry) retired.set(entry.token, now() + graceMs);
    entries.delete(key);
  };
  const revokeDue = async (until: number): Promise<void> => {
    const due = [...retired].filter(([, at]) => at <= until).map(([token]) => token);
    for (const token of due) retired.delete(token);
    await Promise.all(due.map((token) => token.then(revoke, () => {})));
  };

  const keyOf = ({ installationId, repositoryId }: Place, permissions: Permissions): string =>
    canonical({ host, app: app.id, installation: installationId, ids: [repositoryId], permissions });

  const keep = (key: string, token: Promise<Token>): Promise<Token> => {
    for (const [old, { usedUntil }] of entries) if (usedUntil <= now()) retire(old);
    void revokeDue(now());
    const entry: Entry = { token, usedUntil: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    token.then(
      (minted) => {
        entry.usedUntil = Math.min(minted.expiresAt - spareMs, now() + useMs);
      },
      () => {
        if (entries.get(key) === entry) entries.delete(key);
      },
    );
    return token;
  };

  /** The first token of a repository is asked for by name: its answer tells the id, which later ones are asked by. */
  const find = async (repository: RepositoryName): Promise<Place> => {
    const installationId = await app.installationOf(repository);
    const repositories = { name: repository.name };
    const token = await mintToken(app, { installationId, repositories, permissions: usual });
    const [repositoryId = 0] = token.repositoryIds;
    const place = { installationId, repositoryId };
    await keep(keyOf(place, usual), Promise.resolve(token));
    return place;
  };

  const forget = (repository: RepositoryName): void => {
    const name = nameKey(repository);
    const known = places.get(name);
    places.delete(name);
    known?.then(
      (place) => {
        for (const permissions of all) retire(keyOf(place, permissions));
      },
      () => {},
    );
  };

  const placeOf = (repository: RepositoryName): Promise<Place> => {
    const name = nameKey(repository);
    const known = places.get(name);
    if (known !== undefined) return known;
    const finding = find(repository);
    places.set(name, finding);
    finding.catch(() => {
      if (places.get(name) === finding) places.delete(name);
    });
    return finding;
  };

  const of = async (repository: RepositoryName, permissions: Permissions): Promise<Token> => {
    const place = await placeOf(repository);
    const key = keyOf(place, permissions);
    const entry = entries.get(key);
    if (entry && entry.usedUntil > now()) return entry.token;
    const { installationId, repositoryId } = place;
    const request = { installationId, repositories: { ids: [repositoryId] }, permissions };
    return keep(key, mintToken(app, request)).catch((error: unknown) => {
      forget(repository);
      throw error;
    });
  };

  return {
    forget,
    close: () => {
      for (const key of [...entries.keys()]) retire(key);
      return revokeDue(Number.POSITIVE_INFINITY);
    },
    of: async (repository, permissions = usual) => {
      try {
        return await of(repository, permissions);
      } catch (error) {
        if (permissions === usual || !(error instanceof AppError) || error.code !== 'not_found') throw error;
        // GitHub says no more than that it gives no such token. What the usual one is given for is there.
        await of(repository, usual);
        throw notGranted(permissions, usual, error);
      }
    },
  };
}

function notGranted(permissions: Permissions, usual: Permissions, cause: AppError): AppError {
  const names = Object.keys(permissions).filter((name) => !(name in usual));
  return new AppError('backend_refused', 'The GitHub App of this server may not read that here.', {
    next: `Ask the operator to give the App these permissions to read: ${names.join(', ')}.`,
    cause,
  });
}

/** GitHub's names do not differ by case. */
const nameKey = ({ owner, name }: RepositoryName): string => `${owner}/${name}`.toLowerCase();
