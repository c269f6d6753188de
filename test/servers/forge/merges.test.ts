import { rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { arrangementPath } from '#servers/forge/arrangement.ts';
import { reviewsPath } from '#servers/forge/reviews.ts';
import { base64, commit, headOf, makeBranch, refusal, runForge, type TestForge } from './kit.ts';

const allPermissions = { contents: 'write', pull_requests: 'write', checks: 'write' };

let forge: TestForge;
let bearer: string;
let repositoryId: string;

beforeAll(async () => {
  forge = await runForge();
  bearer = await forge.token();
  const { repository } = await forge.query(bearer)<{ repository: { id: string } }>(
    '{ repository(owner: "acme", name: "storefront") { id } }',
  );
  repositoryId = repository.id;
});
afterAll(() => forge.close());

type Found = {
  id: string;
  number: number;
  state: string;
  mergeable: string;
  headRefName: string;
  title: string;
  body: string;
  mergedBy: { login: string } | null;
  mergeCommit: {
    oid: string;
    message: string;
    parents: { nodes: { oid: string }[] };
    signature: { isValid: boolean } | null;
    file: { object: { text: string } } | null;
  } | null;
};
const fields = `id number state mergeable headRefName title body mergedBy { login } mergeCommit {
  oid message parents(first: 5) { nodes { oid } } signature { isValid }
  file(path: "src/a.ts") { object { ... on Blob { text } } } }`;

const write = async (branch: string, head: string, files: Record<string, string>, headline = 'Change') => {
  const additions = Object.entries(files).map(([path, text]) => ({ path, contents: base64(text) }));
  return (await commit(forge.query(bearer), { branch, head, headline, changes: { additions } })).commit.oid;
};

/** A base that no ruleset is for, and a pull request into it. */
async function open(name: string, more: { files?: Record<string, string>; base?: string; draft?: boolean } = {}) {
  const { files = { 'src/a.ts': `${name}\n` }, base = `into-${name}`, draft = false } = more;
  const start = base === 'main' ? await headOf(forge, bearer, 'main') : await makeBranch(forge, bearer, base);
  await makeBranch(forge, bearer, name);
  const head = await write(name, start, files, `Say ${name}`);
  const input = { repositoryId, baseRefName: base, headRefName: name, title: `From ${name}`, body: 'Why', draft };
  const { createPullRequest } = await forge.query(bearer)<{ createPullRequest: { pullRequest: Found } }>(
    `mutation ($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { ${fields} } } }`,
    { input },
  );
  return { base, start, head, pull: createPullRequest.pullRequest };
}

const as =
  (token: () => string) =>
  async (input: Record<string, unknown>): Promise<Found> => {
    const answer = await forge.query(token())<{ mergePullRequest: { pullRequest: Found } }>(
      `mutation ($input: MergePullRequestInput!) { mergePullRequest(input: $input) { pullRequest { ${fields} } } }`,
      { input },
    );
    return answer.mergePullRequest.pullRequest;
  };
const merge = as(() => bearer);

const revert = async (input: Record<string, unknown>): Promise<Found> => {
  const answer = await forge.query(bearer)<{ revertPullRequest: { revertPullRequest: Found } }>(
    `mutation ($input: RevertPullRequestInput!) {
      revertPullRequest(input: $input) { pullRequest { id } revertPullRequest { ${fields} } } }`,
    { input },
  );
  return answer.revertPullRequest.revertPullRequest;
};

const said = async (call: Promise<unknown>) => (await refusal(call)).map(({ type, message }) => `${type}: ${message}`);

describe('a merge', () => {
  test('is a signed commit of both, and GraphQL and REST say so', async () => {
    const { base, head, pull, start } = await open('both');
    const other = await write(base, start, { 'src/other.ts': 'o\n' });
    expect(pull.mergeable).toBe('MERGEABLE');
    const done = await merge({ pullRequestId: pull.id, expectedHeadOid: head, commitBody: 'Change-Id: x' });
    expect(done).toMatchObject({
      state: 'MERGED',
      mergedBy: { login: 'countersign' },
      mergeCommit: {
        message: `Merge pull request #${pull.number} from acme/both\n\nChange-Id: x`,
        parents: { nodes: [{ oid: other }, { oid: head }] },
        signature: { isValid: true },
        file: { object: { text: 'both\n' } },
      },
    });
    expect(await headOf(forge, bearer, base)).toBe(done.mergeCommit?.oid);
    const rest = await (await forge.rest(bearer, `/repos/acme/storefront/pulls/${pull.number}`)).json();
    expect(rest).toMatchObject({
      ...{ state: 'closed', merged: true, merge_commit_sha: done.mergeCommit?.oid, merged_at: expect.any(String) },
      merged_by: { login: 'countersign[bot]' },
    });
    expect(await said(merge({ pullRequestId: pull.id }))).toEqual(['UNPROCESSABLE: Pull request is already merged']);
    const reopened = forge.query(bearer)(
      'mutation ($id: ID!) { reopenPullRequest(input: { pullRequestId: $id }) { clientMutationId } }',
      { id: pull.id },
    );
    expect((await said(reopened))[0]).toMatch('merged');
  });

  test('squashed is one commit, rebased is its own commits without a signature', async () => {
    const squashed = await open('squashed');
    const one = await merge({ pullRequestId: squashed.pull.id, mergeMethod: 'SQUASH', commitHeadline: 'One' });
    expect(one.mergeCommit).toMatchObject({
      ...{ message: 'One', parents: { nodes: [{ oid: squashed.start }] }, signature: { isValid: true } },
      file: { object: { text: 'squashed\n' } },
    });
    const rebased = await open('rebased');
    await write('rebased', rebased.head, { 'src/b.ts': 'b\n' }, 'Say b');
    const base = await write(rebased.base, rebased.start, { 'src/other.ts': 'o\n' });
    const two = await merge({ pullRequestId: rebased.pull.id, mergeMethod: 'REBASE' });
    expect(two.mergeCommit).toMatchObject({
      message: 'Say b',
      signature: null,
      file: { object: { text: 'rebased\n' } },
    });
    expect(two.mergeCommit?.parents.nodes[0]?.oid).not.toBe(base);
  });

  test('is refused for drafts, closed ones, another head, conflicts, and where the ruleset wants reviews', async () => {
    const draft = await open('drafted', { draft: true });
    expect(await said(merge({ pullRequestId: draft.pull.id }))).toEqual([
      'UNPROCESSABLE: Pull Request is still a draft',
    ]);
    const moved = await open('moved');
    expect(await said(merge({ pullRequestId: moved.pull.id, expectedHeadOid: moved.start }))).toEqual([
      'UNPROCESSABLE: Head branch was modified. Review and try the merge again.',
    ]);
    const clash = await open('clash');
    await write(clash.base, clash.start, { 'src/a.ts': 'other\n' });
    for (const mergeMethod of ['MERGE', 'SQUASH', 'REBASE']) {
      expect((await said(merge({ pullRequestId: clash.pull.id, mergeMethod })))[0]).toMatch('conflicts');
    }
    const { node } = await forge.query(bearer)<{ node: Found }>(
      `{ node(id: "${clash.pull.id}") { ... on PullRequest { mergeable } } }`,
    );
    expect(node.mergeable).toBe('CONFLICTING');
    const ruled = await open('ruled', { base: 'main' });
    expect((await said(merge({ pullRequestId: ruled.pull.id })))[0]).toMatch('approving review is required');
    const only = await forge.token({ pull_requests: 'write', contents: 'read' });
    expect(await said(as(() => only)({ pullRequestId: moved.pull.id }))).toEqual([
      'FORBIDDEN: Resource not accessible by integration',
    ]);
    expect(await headOf(forge, bearer, moved.base)).toBe(moved.start);
  });
});

describe('the ruleset of the default branch', () => {
  const rules = [
    { type: 'pull_request' },
    { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'countersign' }] } },
  ];
  const inData = (path: (dataDir: string) => string, content: object) =>
    writeFile(path(forge.config.dataDir), JSON.stringify(content));
  const reviewed = (number: number, commit: string, ...said: readonly [by: string, state: string][]) =>
    inData(
      reviewsPath,
      said.map(([by, state], index) => ({
        ...{ id: index + 1, repository: 'acme/storefront', pull: number, by, commit, state },
        submitted_at: '2027-01-02T03:04:05Z',
      })),
    );

  async function check(head: string, conclusion: string): Promise<Response> {
    const token = await forge.token({ checks: 'write' });
    return fetch(`${forge.url}/api/v3/repos/acme/storefront/check-runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ name: 'countersign', head_sha: head, status: 'completed', conclusion, external_id: 'x' }),
    });
  }

  test('lets in what was approved by who may write and owns it, and what its required checks let pass', async () => {
    const { pull, head } = await open('reviewed', { base: 'main', files: { 'src/reviewed.ts': 'reviewed\n' } });
    await inData(arrangementPath, { rules: { 'acme/storefront': rules }, permissions: allPermissions });
    const refused = async () => (await said(merge({ pullRequestId: pull.id })))[0];
    await reviewed(pull.number, head, ['carol', 'APPROVED']);
    expect(await refused()).toMatch('At least 1 approving review is required');
    await reviewed(pull.number, head, ['bob', 'APPROVED'], ['alice', 'CHANGES_REQUESTED']);
    expect(await refused()).toMatch('Changes were requested');
    await reviewed(pull.number, head, ['operator', 'APPROVED']);
    expect(await refused()).toMatch('Waiting on code owner review from @alice or @bob');
    await reviewed(pull.number, head, ['bob', 'APPROVED'], ['bob', 'COMMENTED']);
    expect(await refused()).toMatch('Required status check "countersign" is expected');
    expect((await check(head, 'failure')).status).toBe(201);
    expect(await refused()).toMatch('Required status check');
    expect((await check(head, 'success')).status).toBe(201);
    expect((await merge({ pullRequestId: pull.id })).state).toBe('MERGED');
    await Promise.all([arrangementPath, reviewsPath].map((path) => rm(path(forge.config.dataDir))));
  });

  test('a check is of a commit that is there, and for who may write checks', async () => {
    const main = await headOf(forge, bearer, 'main');
    const withBearer = { headers: { authorization: `Bearer ${bearer}` } };
    const body = JSON.stringify({ name: 'countersign', head_sha: main });
    const url = `${forge.url}/api/v3/repos/acme/storefront/check-runs`;
    expect((await fetch(url, { ...withBearer, method: 'POST', body })).status).toBe(403);
    await inData(arrangementPath, { permissions: allPermissions });
    expect((await check('f'.repeat(40), 'success')).status).toBe(422);
    await rm(arrangementPath(forge.config.dataDir));
  });
});

describe('a revert', () => {
  test.each(['MERGE', 'SQUASH', 'REBASE'])('of a %s is a pull request that takes it back', async (mergeMethod) => {
    const name = `back-${mergeMethod.toLowerCase()}`;
    const { base, pull } = await open(name);
    expect((await said(revert({ pullRequestId: pull.id })))[0]).toMatch('must be merged');
    const done = await merge({ pullRequestId: pull.id, mergeMethod });
    await write(base, done.mergeCommit?.oid ?? '', { 'src/later.ts': 'l\n' });
    const made = await revert({ pullRequestId: pull.id, draft: false });
    expect(made).toMatchObject({
      ...{ state: 'OPEN', title: `Revert "From ${name}"`, body: `Reverts acme/storefront#${pull.number}` },
      headRefName: `revert-${pull.number}-${name}`,
    });
    const back = await merge({ pullRequestId: made.id });
    expect(back.mergeCommit?.file).toBeNull();
    expect((await said(revert({ pullRequestId: pull.id })))[0]).toMatch('UNPROCESSABLE');
  });

  test('is refused where what came later stands in the way', async () => {
    const { base, pull } = await open('late');
    const done = await merge({ pullRequestId: pull.id });
    await write(base, done.mergeCommit?.oid ?? '', { 'src/a.ts': 'later\n' });
    expect((await said(revert({ pullRequestId: pull.id })))[0]).toMatch('could not be reverted automatically');
  });
});
