import { prettifyError, type z } from 'zod';
import { AppError } from '../errors.ts';
import type { FetchOptions } from '../http/fetch.ts';
import type { WithinLimits } from '../http/limits.ts';
import type { Endpoints } from './endpoints.ts';
import { readError, unavailable } from './errors.ts';
import { type Failure, failureOf, type GraphqlFault } from './failure.ts';
import { fetchWithin } from './fetch.ts';
import { graphqlOver, type SendGraphql } from './graphql.ts';
import { noRepository, type RepositoryName, repositoryName } from './names.ts';
import type { Permissions } from './permissions.ts';
import type { ReadTokens } from './read-tokens.ts';
import { rest } from './rest.ts';

/** Longest answer to a read: 100 files of the 512 KB that GitHub gives as text, and then some. Bytes. */
const maxAnswer = 96 * 1024 * 1024;

/** Where one GitHub is reached, with the credential and the limits of one repository. */
export type Via = { readonly endpoints: Endpoints; readonly fetch: typeof globalThis.fetch };

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
    readonly permissions?: Permissions;
  }) => Promise<T>;
  /**
   * One GET of what is below the repository in the REST API, whose answer is parsed; null when there is nothing. It
   * follows a former name of the repository: either a query comes before it, which does not, or the answer is looked at.
   */
  readonly get: <T>(ask: {
    readonly path: readonly string[];
    readonly query?: Readonly<Record<string, string>>;
    readonly data: z.ZodType<T>;
    readonly permissions?: Permissions;
  }) => Promise<T | null>;
  /** Any other requests, tried again with another token where GitHub does not take the first. Errors come as they are. */
  readonly ask: <T>(
    work: (via: Via) => Promise<T>,
    options?: { readonly permissions?: Permissions; readonly redirects?: FetchOptions['redirects'] },
  ) => Promise<T>;
  /** What went wrong with one of those, for the caller. A name that leads nowhere may lead elsewhere the next time. */
  readonly failed: (error: unknown) => AppError;
};

export type OpenSession = (repository: string) => Session;

/** Opens sessions that read with tokens of their one repository. Nothing is sent before the first read. */
export function repositorySessions(options: {
  readonly endpoints: Endpoints;
  readonly tokens: ReadTokens;
  readonly userAgent: string;
  readonly withinLimits: WithinLimits;
  /** Makes a `fetch` of reads try again. */
  readonly patient: (fetch: typeof globalThis.fetch) => typeof globalThis.fetch;
  readonly timeoutMs?: number;
}): OpenSession {
  const { endpoints, tokens, userAgent, withinLimits, patient, timeoutMs = 10_000 } = options;
  return (text) => {
    const repository = repositoryName(text);
    const ask: Session['ask'] = async (work, { permissions, redirects = 'follow' } = {}) => {
      const limits = { origin: endpoints.origin, userAgent, timeoutMs, maxBytes: maxAnswer, redirects };
      const attempt = async () => {
        const { secret, subject } = await tokens.of(repository, permissions);
        const fetch = patient(withinLimits(subject, fetchWithin({ ...limits, token: secret })));
        return work({ endpoints, fetch });
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
    const failed = (error: unknown): AppError => {
      const told = readError(error, noRepository);
      if (told.code === 'not_found') tokens.forget(repository);
      return told;
    };
    return {
      ...repository,
      ask,
      failed,
      query: async ({ document, variables = {}, data, mayMiss = () => false, permissions }) => {
        const all = { owner: repository.owner, name: repository.name, ...variables };
        const answer = await ask(({ fetch }) => send(graphqlOver(endpoints, fetch), document, all, mayMiss), {
          ...(permissions && { permissions }),
        }).catch((error: unknown) => {
          throw failed(error);
        });
        return parsedAnswer(data, answer);
      },
      get: async ({ path, query = {}, data, permissions }) => {
        const segments = ['repos', repository.owner, repository.name, ...path];
        try {
          const answer = await ask((via) => rest(via, 'GET', segments, query), { ...(permissions && { permissions }) });
          return parsedAnswer(data, answer);
        } catch (error) {
          if (isStatus(failureOf(error), 404)) return null;
          throw error instanceof AppError ? error : failed(error);
        }
      },
    };
  };
}

/** @throws AppError `backend_unavailable` when the answer is not of the form that GitHub documents */
export function parsedAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
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

/** Whether a request failed because GitHub answered with this status. */
export const isStatus = (failure: Failure, status: number): boolean =>
  failure.kind === 'status' && failure.status === status;
