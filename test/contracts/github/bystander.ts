import { createPrivateKey } from 'node:crypto';
import { graphql } from '@octokit/graphql';
import { SignJWT } from 'jose';
import type { ContractConfig } from './config.ts';

/** What somebody beside the server does to a pull request, so that the server meets it. */
export type Bystander = {
  /** Says something at a line; resolves to the number of the comment. */
  readonly remark: (
    number: number,
    at: { body: string; commit: string; path: string; line: number; from?: number },
  ) => Promise<number>;
  /** Answers a comment at a line. */
  readonly answer: (number: number, comment: number, body: string) => Promise<void>;
  /** Locks the conversation of a pull request. */
  readonly lock: (nodeId: string) => Promise<void>;
  /** Ends the token. */
  readonly close: () => Promise<void>;
};

/** Somebody who has the App's key, and a token for this one repository. */
export function bystander({ endpoints, appId, appKey, repository }: ContractConfig): Bystander {
  const [, name = ''] = repository.split('/');
  let token: Promise<string> | undefined;
  const call = (path: string, method: string, bearer: string, body?: object) =>
    answerOf(`${endpoints.rest}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/vnd.github+json' },
      ...(body && { body: JSON.stringify(body) }),
    });
  const mint = async (): Promise<string> => {
    if (!('pem' in appKey)) throw new TypeError('the key of the App is not in a file');
    const jwt = await new SignJWT()
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(String(appId))
      .setIssuedAt('-30s')
      .setExpirationTime('5m')
      .sign(createPrivateKey(appKey.pem.reveal()));
    const { id } = await call(`/repos/${repository}/installation`, 'GET', jwt);
    const wanted = { repositories: [name], permissions: { contents: 'write', pull_requests: 'write' } };
    return String((await call(`/app/installations/${id}/access_tokens`, 'POST', jwt, wanted))['token']);
  };
  const own = (): Promise<string> => (token ??= mint());
  const comments = (number: number): string => `/repos/${repository}/pulls/${number}/comments`;
  return {
    remark: async (number, { body, commit, path, line, from }) => {
      const at = {
        body,
        commit_id: commit,
        path,
        line,
        side: 'RIGHT',
        ...(from && { start_line: from, start_side: 'RIGHT' }),
      };
      return Number((await call(comments(number), 'POST', await own(), at))['id']);
    },
    answer: async (number, comment, body) => {
      await call(`${comments(number)}/${comment}/replies`, 'POST', await own(), { body });
    },
    lock: async (id) => {
      const baseUrl = endpoints.rest.replace(/\/api\/v3$/, '/api');
      const headers = { authorization: `token ${await own()}` };
      await graphql('mutation ($id: ID!) { lockLockable(input: { lockableId: $id }) { clientMutationId } }', {
        ...{ id, baseUrl, headers },
      });
    },
    close: async () => {
      if (token !== undefined) await call('/installation/token', 'DELETE', await token);
    },
  };
}

async function answerOf(url: string, request: RequestInit): Promise<Record<string, unknown>> {
  const response = await fetch(url, { ...request, redirect: 'error' });
  const text = await response.text();
  if (!response.ok)
    throw new Error(`${request.method} ${new URL(url).pathname}: ${response.status} ${text.slice(0, 500)}`);
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}
