import { readFileSync } from 'node:fs';
import { App } from '@octokit/app';
import { graphql } from '@octokit/graphql';
import type { TestSuite } from '#test/e2e/suite.ts';

const document = `query ($number: Int!) {
  repository(owner: "acme", name: "storefront") {
    pullRequest(number: $number) { comments(first: 100) { nodes { body } } }
  }
}`;

type Found = { repository: { pullRequest: { comments: { nodes: { body: string }[] } } } };

/** The comments of a pull request as forge has them, asked with a token of its own. */
export async function commentsOf(suite: TestSuite, number: number): Promise<readonly string[]> {
  const settings = suite.environment('github');
  const url = settings['COUNTERSIGN_GITHUB_URL'] ?? '';
  const privateKey = readFileSync(settings['COUNTERSIGN_GITHUB_APP_KEY'] ?? '', 'utf8');
  const app = new App({ appId: Number(settings['COUNTERSIGN_GITHUB_APP_ID']), privateKey });
  const via = { baseUrl: `${url}/api/v3` };
  const { data } = await app.octokit.request('GET /repos/{owner}/{repo}/installation', {
    ...{ owner: 'acme', repo: 'storefront', ...via },
  });
  const route = 'POST /app/installations/{installation_id}/access_tokens';
  const { data: minted } = await app.octokit.request(route, { installation_id: data.id, ...via });
  const headers = { authorization: `token ${minted.token}` };
  const found = await graphql<Found>(document, { number, baseUrl: `${url}/api`, headers });
  return found.repository.pullRequest.comments.nodes.map(({ body }) => body);
}
