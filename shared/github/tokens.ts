import * as z from 'zod';

import { canonical } from '../crypto/canonical.ts';
import { AppError } from '../errors.ts';
import { Secret } from '../http/secret.ts';
import type { AppClient, TokenRequest } from './app.ts';
import { appError, unavailable } from './errors.ts';
import { failureOf } from './failure.ts';
import { noRepository } from './names.ts';

/** A token as it was checked: for exactly these repositories. */
export type Token = {
  readonly secret: Secret;
  /** The installation, as GitHub counts its requests. */
  readonly subject: string;
  readonly repositoryIds: readonly number[];
  /** What they are called now, as `owner/name`, in no order. */
  readonly names: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
};

const answer = z.object({
  // What no header can carry would be quoted by the error that says so.
  token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_at: z.iso.datetime({ offset: true }),
  permissions: z.record(z.string(), z.string()),
  repository_selection: z.literal('selected').optional(),
  repositories: z
    .array(z.object({ id: z.number().int().positive(), name: z.string(), full_name: z.string().optional() }))
    .min(1),
});

/**
 * Mints one installation token and checks that it can do what was asked for and nothing more. Octokit's own
 * installation strategy is not used: it mints tokens for every repository with every permission.
 * @throws AppError `not_found` when the installation does not cover a repository, `backend_refused` on any other width
 */
export async function mintToken(app: AppClient, request: TokenRequest): Promise<Token> {
  const given = await app.createToken(request).catch((error: unknown) => {
    const failure = failureOf(error);
    // 422 is GitHub's answer to a repository outside the installation, and to a permission that it was not given.
    if (failure.kind === 'status' && failure.status === 422) throw noRepository(failure.said);
    throw appError(error, noRepository);
  });
  // An answer that is no object says nothing of the token: something on the way lost it.
  if (typeof given !== 'object') throw unavailable(new Error('the answer to a request for a token is not JSON'));
  const parsed = answer.safeParse(given);
  if (!parsed.success) throw wrongWidth('its answer does not say what the token is for');
  const { token, expires_at, permissions, repositories } = parsed.data;
  const repositoryIds = sorted(repositories.map((each) => each.id));
  if (canonical(permissions) !== canonical(request.permissions)) throw wrongWidth('other permissions than asked for');
  if (!isWhatWasAsked(request, repositories)) throw wrongWidth('other repositories than asked for');
  const subject = `installation ${request.installationId}`;
  const names = repositories.flatMap(({ full_name: name }) => name ?? []);
  return { secret: new Secret(token), subject, repositoryIds, names, expiresAt: Date.parse(expires_at) };
}

function isWhatWasAsked({ repositories: asked }: TokenRequest, got: readonly { id: number; name: string }[]): boolean {
  if ('name' in asked) return got.length === 1 && got[0]?.name.toLowerCase() === asked.name.toLowerCase();
  return canonical(sorted(got.map((each) => each.id))) === canonical(sorted(asked.ids));
}

const sorted = (ids: readonly number[]): number[] => ids.toSorted((a, b) => a - b);

const wrongWidth = (what: string): AppError =>
  new AppError('backend_refused', 'GitHub gave a token that is not the one asked for, so it is not used.', {
    next: 'Ask the operator to look at the permissions of the GitHub App.',
    cause: new Error(`installation token: ${what}`),
  });
