import type { z } from 'zod';
import { AppError } from '#shared/errors.ts';
import { unavailable } from '#shared/github/errors.ts';
import { failureOf } from '#shared/github/failure.ts';
import type { Permissions } from '#shared/github/permissions.ts';
import { rest, restBytes, restLocation } from '#shared/github/rest.ts';
import { isStatus, parsedAnswer, type Session as Reading, repositorySessions } from '#shared/github/session.ts';
import { fetchLog } from './log.ts';

/** How one repository is read. */
export type Session = Reading & {
  /**
   * One search in the REST API, with this repository's token, whose answer is parsed; beside it the id by which the answer
   * tells what is of this repository.
   * @throws AppError `invalid_arguments` where GitHub does not search for that
   */
  readonly search: <T>(ask: {
    readonly kind: 'code';
    readonly query: Readonly<Record<string, string>>;
    readonly data: z.ZodType<T>;
  }) => Promise<{ readonly answer: T; readonly repositoryId: number | undefined }>;
  /**
   * A text that GitHub keeps elsewhere and answers a GET with the address of; null when there is none. It is fetched
   * without the token, and only from where logs are kept.
   * @throws AppError `backend_refused` for any other host, `too_large`
   */
  readonly log: (ask: {
    readonly path: readonly string[];
    readonly permissions: Permissions;
  }) => Promise<string | null>;
  /** The immutable id of the repository. */
  readonly id: () => Promise<number>;
  /** The bytes of a blob. */
  readonly blob: (oid: string) => Promise<Uint8Array>;
  /** The comparison of two commits, parsed; null when they have no common past. */
  readonly compare: <T>(base: string, head: string, data: z.ZodType<T>) => Promise<T | null>;
};

export type OpenSession = (repository: string) => Session;

/** Opens sessions that read with tokens of their one repository. Nothing is sent before the first read. */
export function sessions(
  options: Parameters<typeof repositorySessions>[0] & {
    /** Hosts that the operator lets logs come from, beside those that GitHub documents. */
    readonly logHosts: readonly string[];
  },
): OpenSession {
  const { tokens, timeoutMs = 10_000 } = options;
  const open = repositorySessions(options);
  return (repository) => {
    const session = open(repository);
    const { owner, name, ask, failed } = session;
    const inside = (...path: readonly string[]) => ['repos', owner, name, ...path];
    return {
      ...session,
      search: async ({ kind, query, data }) => {
        const accept = 'application/vnd.github.text-match+json';
        try {
          const answer = parsedAnswer(data, await ask((via) => rest(via, 'GET', ['search', kind], query, accept)));
          const { repositoryIds } = await tokens.of({ owner, name });
          return { answer, repositoryId: repositoryIds[0] };
        } catch (error) {
          if (isStatus(failureOf(error), 422)) throw notSearched(error);
          throw error instanceof AppError ? error : failed(error);
        }
      },
      log: async ({ path, permissions }) => {
        try {
          const location = await ask((via) => restLocation(via, inside(...path)), {
            permissions,
            redirects: 'give_back',
          });
          return location === null ? null : await fetchLog(location, { ...options, timeoutMs });
        } catch (error) {
          const failure = failureOf(error);
          if (isStatus(failure, 404) || isStatus(failure, 410)) return null;
          throw error instanceof AppError ? error : failed(error);
        }
      },
      id: async () => {
        const { repositoryIds } = await tokens.of({ owner, name });
        const [id] = repositoryIds;
        if (id === undefined) throw unavailable(new Error('a token is for no repository'));
        return id;
      },
      blob: (oid) =>
        ask((via) => restBytes(via, inside('git', 'blobs', oid))).catch((error: unknown) => {
          throw error instanceof AppError ? error : failed(error);
        }),
      compare: async (base, head, data) => {
        try {
          return parsedAnswer(data, await ask((via) => rest(via, 'GET', inside('compare', `${base}...${head}`))));
        } catch (error) {
          if (isStatus(failureOf(error), 404)) return null;
          throw error instanceof AppError ? error : failed(error);
        }
      },
    };
  };
}

const notSearched = (error: unknown): AppError =>
  new AppError('invalid_arguments', 'GitHub does not search for this.', {
    next: 'Use fewer and plainer words; list_files and read_file show what is there.',
    cause: failureOf(error).said,
  });
