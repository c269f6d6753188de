import { readFileSync } from 'node:fs';
import { App } from '@octokit/app';
import { Octokit } from '@octokit/core';
import type { TestSuite } from '#test/e2e/suite.ts';

const at = { owner: 'acme', repo: 'storefront' };

/** Forge, asked with a token of its own. */
async function forgeOf(suite: TestSuite): Promise<Octokit> {
  const settings = suite.environment('github');
  const url = settings['COUNTERSIGN_GITHUB_URL'] ?? '';
  const privateKey = readFileSync(settings['COUNTERSIGN_GITHUB_APP_KEY'] ?? '', 'utf8');
  const app = new App({ appId: Number(settings['COUNTERSIGN_GITHUB_APP_ID']), privateKey });
  const via = { baseUrl: `${url}/api/v3` };
  const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', { ...at, ...via });
  const route = 'POST /app/installations/{installation_id}/access_tokens';
  const { data: minted } = await app.octokit.request(route, { installation_id: data.id, ...via });
  return new Octokit({ auth: minted.token, ...via });
}

const document = `query ($number: Int!) {
  repository(owner: "acme", name: "storefront") {
    pullRequest(number: $number) {
      comments(first: 100) { nodes { body } }
      reviewThreads(first: 100) { nodes { id isResolved comments(first: 100) { nodes { body } } } }
    }
  }
}`;

type Nodes<T> = { readonly nodes: readonly T[] };
type Said = { readonly body: string };
type Thread = { readonly id: string; readonly isResolved: boolean; readonly comments: Nodes<Said> };
type Found = {
  readonly repository: {
    readonly pullRequest: { readonly comments: Nodes<Said>; readonly reviewThreads: Nodes<Thread> };
  };
};

/** What is said on a pull request as forge has it, at its end and at its lines. */
export async function conversationOf(suite: TestSuite, number: number) {
  const forge = await forgeOf(suite);
  const { comments, reviewThreads } = (await forge.graphql<Found>(document, { number })).repository.pullRequest;
  const threads = reviewThreads.nodes;
  const said = [...comments.nodes, ...threads.flatMap((thread) => thread.comments.nodes)];
  return { said: said.map(({ body }) => body), threads };
}

/** Begins a conversation at the first line of a file; answers its name. */
export async function openThread(suite: TestSuite, number: number, path: string): Promise<string> {
  const { request: rest } = await forgeOf(suite);
  const { data: pull } = await rest('GET /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, pull_number: number });
  const where = { ...at, pull_number: number, commit_id: pull.head.sha, path, line: 1 };
  await rest('POST /repos/{owner}/{repo}/pulls/{pull_number}/comments', { ...where, body: 'Why this?' });
  const [thread] = (await conversationOf(suite, number)).threads;
  if (thread === undefined) throw new Error('the conversation is not there');
  return thread.id;
}

/** Who is asked to review a pull request, as forge has it. */
export async function askedOf(suite: TestSuite, number: number): Promise<readonly string[]> {
  const { request: rest } = await forgeOf(suite);
  const path = 'GET /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';
  const { data } = await rest(path, { ...at, pull_number: number });
  return data.users.map(({ login }) => login);
}
