import { AppError } from '#shared/errors.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { readError, unavailable } from '#shared/github/errors.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { noRepository, type RepositoryName } from '#shared/github/names.ts';
import type { ReadTokens } from '#shared/github/read-tokens.ts';
import { Secret } from '#shared/http/secret.ts';
import { clonePermissions } from '../tokens.ts';
import { openProxy, type UpstreamProxy } from './proxy.ts';
import { isServed, noBranch, type Refs } from './refs.ts';

/** GitHub as git has it: read alone, each time with a token of the one repository. */
export type Upstream = {
  /** What the repository has now. Throws AppError `not_found`, `backend_unavailable`, `backend_refused`. */
  readonly refs: (repository: RepositoryName) => Promise<Refs>;
  /** Opens a way by which a git process fetches from the repository without a credential of its own. */
  readonly open: (
    repository: RepositoryName,
    limits: { readonly maxBytes: number; readonly timeoutMs: number },
  ) => Promise<UpstreamProxy>;
};

/** 100,000 refs with long names. */
const maxListing = 32 * 1024 * 1024;

export function gitUpstream(options: {
  readonly endpoints: Endpoints;
  readonly tokens: ReadTokens;
  readonly userAgent: string;
  readonly timeoutMs: number;
}): Upstream {
  const { endpoints, tokens, timeoutMs } = options;
  // Hosts tell git's own requests from others by how it names itself.
  const userAgent = `git/2 (${options.userAgent})`;
  const limits = { origin: endpoints.git, userAgent, timeoutMs, maxBytes: maxListing, redirects: 'refuse' } as const;
  const urlOf = ({ owner, name }: RepositoryName): string => `${endpoints.git}/${owner}/${name}.git`;

  const ask = async (repository: RepositoryName): Promise<Response> => {
    const authorization = await authorizationOf(tokens, repository);
    const headers = {
      authorization: authorization.reveal(),
      'content-type': 'application/x-git-upload-pack-request',
      accept: 'application/x-git-upload-pack-result',
      'git-protocol': 'version=2',
    };
    const url = `${urlOf(repository)}/git-upload-pack`;
    return fetchWithin(limits)(url, { method: 'POST', headers, body: lsRefs() });
  };

  const answered = async (repository: RepositoryName): Promise<Response> => {
    const first = await ask(repository);
    if (first.status !== 401) return first;
    // A token can be revoked before its time, or be too new.
    tokens.forget(repository);
    return ask(repository);
  };

  return {
    refs: async (repository) => {
      const response = await answered(repository).catch((error: unknown) => {
        throw readError(error, noRepository);
      });
      if (response.status !== 200) throw statusError(response.status, () => tokens.forget(repository));
      return parseRefs(await response.bytes());
    },
    open: async (repository, { maxBytes, timeoutMs: longest }) => {
      const authorization = await authorizationOf(tokens, repository);
      return openProxy({ base: urlOf(repository), authorization, userAgent, maxBytes, timeoutMs: longest });
    },
  };
}

/** GitHub takes an installation token as the password of this user. */
async function authorizationOf(tokens: ReadTokens, repository: RepositoryName): Promise<Secret> {
  const { secret } = await tokens.of(repository, clonePermissions);
  return new Secret(`Basic ${Buffer.from(`x-access-token:${secret.reveal()}`).toString('base64')}`);
}

/** gitprotocol-v2(5), "ls-refs". What is not asked for, such as every pull request's refs, does not come. */
function lsRefs(): string {
  const line = (text: string): string => (text.length + 4).toString(16).padStart(4, '0') + text;
  const prefixes = ['HEAD', 'refs/heads/', 'refs/tags/'].map((prefix) => line(`ref-prefix ${prefix}\n`));
  return [line('command=ls-refs\n'), '0001', line('symrefs\n'), ...prefixes, '0000'].join('');
}

/** @throws AppError `backend_unavailable` for what is no answer to `ls-refs` */
function parseRefs(answer: Uint8Array): Refs {
  const ids = new Map<string, string>();
  let head = noBranch;
  for (const line of linesOf(Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength))) {
    const [, id = '', name = '', attributes = ''] = /^([0-9a-f]{40}) ([^ \n]+)([^\n]*)\n?$/.exec(line) ?? [];
    if (id === '') throw unreadable();
    if (name === 'HEAD') head = / symref-target:(refs\/heads\/[^ ]+)/.exec(attributes)?.[1] ?? noBranch;
    else if (isServed(name)) ids.set(name, id);
  }
  return { head, ids };
}

/** The packet lines up to the flush that must end them. */
function linesOf(bytes: Buffer): string[] {
  const lines: string[] = [];
  for (let at = 0; ; ) {
    const digits = bytes.toString('latin1', at, at + 4);
    const length = /^[0-9a-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : Number.NaN;
    if (length === 0 && at + 4 === bytes.length) return lines;
    if (!(length > 4) || at + length > bytes.length) throw unreadable();
    lines.push(bytes.toString('utf8', at + 4, at + length));
    at += length;
  }
}

const unreadable = (): AppError => unavailable(new Error('the answer to ls-refs is not what git documents'));

function statusError(status: number, forget: () => void): AppError {
  const cause = new Error(`git-upload-pack was answered with ${status}`);
  if (status === 404) {
    forget();
    return noRepository(cause);
  }
  if (status !== 403) return unavailable(cause);
  return new AppError('backend_refused', 'GitHub refused to let this repository be read.', {
    next: 'Ask the operator whether the GitHub App is installed there with the permissions it needs.',
    cause,
  });
}
