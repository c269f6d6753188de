import { prettifyError, type z } from 'zod';
import { AppError } from '#shared/errors.ts';
import type { FetchOptions } from '#shared/http/fetch.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import type { Endpoints } from '../endpoints.ts';
import { readError, unavailable } from '../errors.ts';
import { type Failure, failureOf, type GraphqlFault } from '../failure.ts';
import { fetchWithin } from '../fetch.ts';
import { graphqlOver, type SendGraphql } from '../graphql.ts';
import { noRepository, type RepositoryName, repositoryName } from '../names.ts';
import type { ReadTokens } from '../read-tokens.ts';
import { rest, restBytes, restLocation } from '../rest.ts';
import type { ReadPermissions } from '../tokens.ts';
import { fetchLog } from './log.ts';

/** Longest answer to a read: 100 files of the 512 KB that GitHub gives as text, and then some. Bytes. */
const maxAnswer = 96 * 1024 * 1024;

/** How one repository is read. */
export type Session = RepositoryName & {
  /**
   * One GraphQL query, with `$owner` and `$name` set, whose data is parsed. Where `mayMiss` says so of a field's path,
   * GitHub's error that there is nothing is no error: the data has null there.
   */
  readonly query: <T>(ask: {
    readonly document: string;
    readonly variables?: Readonly<Record<string, unknown>>;
    readonly data: z.ZodType<T>;
    readonly mayMiss?: (path: string) => boolean;
    /** What the token may do; the usual unless given. */
    readonly permissions?: ReadPermissions;
  }) => Promise<T>;
  /**
   * One GET of what is below the repository in the REST API, whose answer is parsed; null when there is nothing. It
   * follows a former name of the repository: either a query comes before it, which does not, or the answer is looked at.
   */
  readonly get: <T>(ask: {
    readonly path: readonly string[];
    readonly query?: Readonly<Record<string, string>>;
    readonly data: z.ZodType<T>;
    readonly permissions?: ReadPermissions;
  }) => Promise<T | null>;
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
    readonly permissions: ReadPermissions;
  }) => Promise<string | null>;
  /** The bytes of a blob. */
  readonly blob: (oid: string) => Promise<Uint8Array>;
  /** The comparison of two commits, parsed; null when they have no common past. */
  readonly compare: <T>(base: string, head: string, data: z.ZodType<T>) => Promise<T | null>;
};

export type OpenSession = (repository: string) => Session;

/** Opens sessions that read with tokens of their one repository. Nothing is sent before the first read. */
export function sessions(options: {
  readonly endpoints: Endpoints;
  readonly tokens: ReadTokens;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  /** Makes a `fetch` of reads try again. */
  readonly patient: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
  readonly timeoutMs?: number;
  /** Hosts that the operator lets logs come from, beside those that GitHub documents. */
  readonly logHosts: readonly string[];
}): OpenSession {
  const { endpoints, tokens, userAgent, withinLimits, patient, timeoutMs = 10_000 } = options;

  const withToken = async <T>(
    repository: RepositoryName,
    work: (fetch: typeof globalThis.fetch) => Promise<T>,
    permissions?: ReadPermissions,
    redirects: FetchOptions['redirects'] = 'follow',
  ): Promise<T> => {
    const limits = { origin: endpoints.origin, userAgent, timeoutMs, maxBytes: maxAnswer, redirects };
    const attempt = async () => {
      const { secret, subject } = await tokens.of(repository, permissions);
      return work(patient(withinLimits(subject, fetchWithin({ ...limits, token: secret }))));
    };
    try {
      return await attempt();
    } catch (error) {
      if (!isStatus(failureOf(error), 401)) throw error;
      // A token can be revoked before its time, or be too new; a read may be tried again with another.
      tokens.forget(repository);
      return attempt().catch((again: unknown) => {
        const failure = failureOf(again);
        throw isStatus(failure, 401) ? unavailable(failure.said) : again;
      });
    }
  };

  /** What went wrong, for the caller. A name that leads nowhere may lead to another repository the next time. */
  const failed = (repository: RepositoryName, error: unknown): AppError => {
    const told = readError(error, noRepository);
    if (told.code === 'not_found') tokens.forget(repository);
    return told;
  };

  return (text) => {
    const repository = repositoryName(text);
    return {
      ...repository,
      query: async ({ document, variables = {}, data, mayMiss = () => false, permissions }) => {
        const all = { owner: repository.owner, name: repository.name, ...variables };
        const ask = (fetch: typeof globalThis.fetch) => send(graphqlOver(endpoints, fetch), document, all, mayMiss);
        const answer = await withToken(repository, ask, permissions).catch((error: unknown) => {
          throw failed(repository, error);
        });
        return parsed(data, answer);
      },
      get: async ({ path, query = {}, data, permissions }) => {
        const segments = ['repos', repository.owner, repository.name, ...path];
        const ask = (fetch: typeof globalThis.fetch) => rest({ endpoints, fetch }, 'GET', segments, query);
        try {
          return parsed(data, await withToken(repository, ask, permissions));
        } catch (error) {
          if (isStatus(failureOf(error), 404)) return null;
          throw error instanceof AppError ? error : failed(repository, error);
        }
      },
      search: async ({ kind, query, data }) => {
        const ask = (fetch: typeof globalThis.fetch) =>
          rest({ endpoints, fetch }, 'GET', ['search', kind], query, 'application/vnd.github.text-match+json');
        try {
          const answer = parsed(data, await withToken(repository, ask));
          const { repositoryIds } = await tokens.of(repository);
          return { answer, repositoryId: repositoryIds[0] };
        } catch (error) {
          if (isStatus(failureOf(error), 422)) throw notSearched(error);
          throw error instanceof AppError ? error : failed(repository, error);
        }
      },
      log: async ({ path, permissions }) => {
        const segments = ['repos', repository.owner, repository.name, ...path];
        const ask = (fetch: typeof globalThis.fetch) => restLocation({ endpoints, fetch }, segments);
        try {
          const location = await withToken(repository, ask, permissions, 'give_back');
          return location === null ? null : await fetchLog(location, { ...options, timeoutMs });
        } catch (error) {
          const failure = failureOf(error);
          if (isStatus(failure, 404) || isStatus(failure, 410)) return null;
          throw error instanceof AppError ? error : failed(repository, error);
        }
      },
      blob: async (oid) => {
        const path = ['repos', repository.owner, repository.name, 'git', 'blobs', oid];
        return withToken(repository, (fetch) => restBytes({ endpoints, fetch }, path)).catch((error: unknown) => {
          throw failed(repository, error);
        });
      },
      compare: async (base, head, data) => {
        const path = ['repos', repository.owner, repository.name, 'compare', `${base}...${head}`];
        try {
          return parsed(data, await withToken(repository, (fetch) => rest({ endpoints, fetch }, 'GET', path)));
        } catch (error) {
          if (isStatus(failureOf(error), 404)) return null;
          throw error instanceof AppError ? error : failed(repository, error);
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

/** @throws AppError `backend_unavailable` when the answer is not of the form that GitHub documents */
function parsed<T>(schema: z.ZodType<T>, answer: unknown): T {
  const result = schema.safeParse(answer);
  if (!result.success) throw unavailable(new Error(`unexpected answer of GitHub: ${prettifyError(result.error)}`));
  return result.data;
}

async function send(
  graphql: SendGraphql,
  document: string,
  variables: Readonly<Record<string, unknown>>,
  mayMiss: (path: string) => boolean,
): Promise<unknown> {
  try {
    return await graphql(document, variables);
  } catch (error) {
    const failure = failureOf(error);
    const isHarmless = (fault: GraphqlFault) => fault.type === 'NOT_FOUND' && mayMiss(fault.path?.join('.') ?? '');
    if (failure.kind === 'graphql' && failure.faults.every(isHarmless)) return failure.data;
    throw error;
  }
}

const isStatus = (failure: Failure, status: number): boolean => failure.kind === 'status' && failure.status === status;
