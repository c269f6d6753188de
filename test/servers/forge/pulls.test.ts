import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { base64, commit, makeBranch, refusal, runForge, type TestForge } from './kit.ts';

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

type PullRequest = { id: string; number: number; state: string; isDraft: boolean; headRefOid: string; url: string };
const fields = 'id number state isDraft headRefOid url';

async function work(branch: string): Promise<string> {
  const head = await makeBranch(forge, bearer, branch);
  const changes = { additions: [{ path: 'src/new.ts', contents: base64(`// ${branch}\n`) }] };
  return (await commit(forge.query(bearer), { branch, head, changes })).commit.oid;
}

async function open(branch: string, more: Record<string, unknown> = {}): Promise<PullRequest> {
  const input = {
    repositoryId,
    baseRefName: 'main',
    headRefName: branch,
    title: `From ${branch}`,
    body: 'Why',
    ...more,
  };
  const { createPullRequest } = await forge.query(bearer)<{ createPullRequest: { pullRequest: PullRequest } }>(
    `mutation ($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { ${fields} } } }`,
    { input },
  );
  return createPullRequest.pullRequest;
}

async function mutate(name: string, input: Record<string, unknown>): Promise<PullRequest> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const answer = await forge.query(bearer)<Record<string, { pullRequest: PullRequest }>>(
    `mutation ($input: ${type}!) { ${name}(input: $input) { pullRequest { ${fields} } } }`,
    { input },
  );
  return answer[name]?.pullRequest as PullRequest;
}

const rest = async (number: number, path = '') => {
  const answer = await forge.rest(bearer, `/repos/acme/storefront/pulls/${number}${path}`);
  return (await answer.json()) as Record<string, unknown>;
};

const removeBranch = (branch: string) =>
  forge.rest(bearer, `/repos/acme/storefront/git/refs/heads/${branch}`, { method: 'DELETE' });

describe('a pull request', () => {
  test('is shown alike by GraphQL and REST, and its author is the App', async () => {
    const head = await work('shown');
    const made = await open('shown', { draft: true });
    expect(made).toMatchObject({ state: 'OPEN', isDraft: true, headRefOid: head });
    expect(made.url).toBe(`${forge.url}/acme/storefront/pull/${made.number}`);
    expect(await rest(made.number)).toMatchObject({
      node_id: made.id,
      state: 'open',
      draft: true,
      merged: false,
      mergeable: null,
      title: 'From shown',
      user: { login: 'countersign[bot]', type: 'Bot' },
      head: { ref: 'shown', sha: head, label: 'acme:shown' },
      base: { ref: 'main' },
      commits: 1,
      changed_files: 1,
    });
    const files = await forge.rest(bearer, `/repos/acme/storefront/pulls/${made.number}/files`);
    expect(await files.json()).toMatchObject([
      { filename: 'src/new.ts', status: 'added', additions: 1, patch: '@@ -0,0 +1 @@\n+// shown' },
    ]);
    const { node } = await forge.query(bearer)<{ node: unknown }>(
      `{ node(id: "${made.id}") { ... on PullRequest { author { __typename login } commits(last: 1) { totalCount nodes { commit { oid } } }
         files(first: 5) { nodes { path changeType additions } } } } }`,
    );
    expect(node).toEqual({
      author: { __typename: 'Bot', login: 'countersign' },
      commits: { totalCount: 1, nodes: [{ commit: { oid: head } }] },
      files: { nodes: [{ path: 'src/new.ts', changeType: 'ADDED', additions: 1 }] },
    });
  });

  test('is refused a second time for the same branches', async () => {
    await work('twice');
    await open('twice');
    expect(await refusal(open('twice'))).toEqual([
      { type: 'UNPROCESSABLE', message: 'A pull request already exists for acme:twice.' },
    ]);
    const body = { title: 'x', head: 'acme:twice', base: 'main' };
    const answer = await forge.rest(bearer, '/repos/acme/storefront/pulls', { method: 'POST', body });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      message: 'Validation Failed',
      errors: [{ resource: 'PullRequest', code: 'custom', message: 'A pull request already exists for acme:twice.' }],
    });
  });

  test('is refused without commits, without its branches, without a title, and from forks', async () => {
    await makeBranch(forge, bearer, 'nothing-new');
    expect((await refusal(open('nothing-new')))[0]?.message).toBe('No commits between main and nothing-new');
    expect((await refusal(open('not-there')))[0]?.type).toBe('UNPROCESSABLE');
    await work('lonely');
    expect((await refusal(open('lonely', { baseRefName: 'not-there' })))[0]?.type).toBe('UNPROCESSABLE');
    expect((await refusal(open('lonely', { title: ' ' })))[0]?.type).toBe('UNPROCESSABLE');
    expect((await refusal(open('somebody:lonely')))[0]?.type).toBe('NOT_IMPLEMENTED');
  });

  test('is edited, closed, reopened, made a draft and made ready', async () => {
    await work('edited');
    const { id, number } = await open('edited');
    await mutate('updatePullRequest', { pullRequestId: id, title: 'Better', body: 'Because' });
    expect(await rest(number)).toMatchObject({ title: 'Better', body: 'Because' });
    expect(await mutate('closePullRequest', { pullRequestId: id })).toMatchObject({ state: 'CLOSED' });
    expect(await rest(number)).toMatchObject({ state: 'closed', closed_at: expect.any(String) });
    expect(await mutate('reopenPullRequest', { pullRequestId: id })).toMatchObject({ state: 'OPEN' });
    expect(await mutate('convertPullRequestToDraft', { pullRequestId: id })).toMatchObject({ isDraft: true });
    expect(await mutate('markPullRequestReadyForReview', { pullRequestId: id })).toMatchObject({ isDraft: false });
    const method = 'PATCH';
    const closed = await forge.rest(bearer, `/repos/acme/storefront/pulls/${number}`, {
      method,
      body: { state: 'closed' },
    });
    expect(await closed.json()).toMatchObject({ state: 'closed' });
  });

  test('follows its branch', async () => {
    const head = await work('followed');
    const { number } = await open('followed');
    const changes = { deletions: [{ path: 'src/new.ts' }] };
    const next = await commit(forge.query(bearer), { branch: 'followed', head, changes });
    expect(await rest(number)).toMatchObject({ head: { sha: next.commit.oid }, commits: 2, changed_files: 0 });
  });

  test('is closed when its branch is deleted, keeps its commits, and reopens only with the branch as it was', async () => {
    const head = await work('deleted');
    const { id, number } = await open('deleted');
    await removeBranch('deleted');
    expect(await rest(number)).toMatchObject({ state: 'closed', head: { sha: head } });
    expect((await forge.rest(bearer, `/repos/acme/storefront/git/ref/pull/${number}/head`)).status).toBe(200);
    const reopen = () => mutate('reopenPullRequest', { pullRequestId: id });
    expect((await refusal(reopen()))[0]?.message).toContain('has been deleted');
    await makeBranch(forge, bearer, 'deleted');
    expect((await refusal(reopen()))[0]?.message).toContain('was force-pushed or recreated');
    await removeBranch('deleted');
    const body = { ref: 'refs/heads/deleted', sha: head };
    await forge.rest(bearer, '/repos/acme/storefront/git/refs', { method: 'POST', body });
    expect(await reopen()).toMatchObject({ state: 'OPEN' });
  });

  test('keeps its base branch from being deleted', async () => {
    await makeBranch(forge, bearer, 'base');
    await work('on-base');
    await open('on-base', { baseRefName: 'base' });
    expect((await removeBranch('base')).status).toBe(501);
  });

  test('is listed by state, head and base', async () => {
    await work('listed');
    const { number } = await open('listed');
    const numbers = async (query: string) => {
      const answer = await forge.rest(bearer, `/repos/acme/storefront/pulls?${query}`);
      return ((await answer.json()) as { number: number }[]).map((pull) => pull.number);
    };
    expect(await numbers('head=acme:listed')).toEqual([number]);
    expect(await numbers('head=acme:listed&state=closed')).toEqual([]);
    expect(await numbers('head=acme:listed&base=other')).toEqual([]);
    const { repository } = await forge.query(bearer)<{ repository: { pullRequests: unknown } }>(
      `{ repository(owner: "acme", name: "storefront") {
          pullRequests(first: 5, states: OPEN, headRefName: "listed") { totalCount nodes { number } } } }`,
    );
    expect(repository.pullRequests).toEqual({ totalCount: 1, nodes: [{ number }] });
  });

  test('is not changed by a token that only reads', async () => {
    await work('read-only');
    const { id } = await open('read-only');
    const reader = await forge.token({ contents: 'read', pull_requests: 'read' });
    const closing = forge.query(reader)(
      'mutation ($id: ID!) { closePullRequest(input: { pullRequestId: $id }) { pullRequest { state } } }',
      { id },
    );
    expect((await refusal(closing))[0]?.type).toBe('FORBIDDEN');
  });
});

describe('the conversation of a pull request', () => {
  const said = 'id body author { login } editor { login } url pullRequest { number }';
  const send = (name: string, selection: string, input: Record<string, unknown>, by = bearer) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    return forge.query(by)<Record<string, never>>(
      `mutation ($input: ${type}!) { ${name}(input: $input) { clientMutationId ${selection} } }`,
      { input: { ...input, clientMutationId: 'c' } },
    );
  };
  const say = async (subjectId: string, body: string): Promise<{ id: string }> => {
    const answer = await send('addComment', `commentEdge { node { ${said} } } subject { id }`, { subjectId, body });
    const { commentEdge, subject } = answer['addComment'] as unknown as {
      commentEdge: { node: { id: string } };
      subject: { id: string };
    };
    expect(subject.id).toBe(subjectId);
    return commentEdge.node;
  };
  const heard = async (number: number, args: string) => {
    const { repository } = await forge.query(bearer)<{ repository: { pullRequest: { comments: unknown } } }>(
      `{ repository(owner: "acme", name: "storefront") { pullRequest(number: ${number}) {
          comments(${args}) { totalCount nodes { body } pageInfo { hasNextPage } } } } }`,
    );
    return repository.pullRequest.comments;
  };

  test('has comments that are added, changed, listed and deleted, also when it is closed', async () => {
    await work('talked');
    const { id, number, url } = await open('talked');
    const first = await say(id, 'One');
    expect(first).toMatchObject({
      body: 'One',
      author: { login: 'countersign' },
      editor: null,
      pullRequest: { number },
    });
    expect((first as unknown as { url: string }).url).toMatch(`${url}#issuecomment-`);
    await mutate('closePullRequest', { pullRequestId: id });
    const second = await say(id, 'Two');
    const edited = await send('updateIssueComment', `issueComment { ${said} }`, { id: second.id, body: 'Three' });
    expect(edited['updateIssueComment']).toMatchObject({
      issueComment: { body: 'Three', editor: { login: 'countersign' } },
    });
    expect(await heard(number, 'first: 1')).toEqual({
      totalCount: 2,
      nodes: [{ body: 'One' }],
      pageInfo: { hasNextPage: true },
    });
    expect(await heard(number, 'first: 9, orderBy: { field: UPDATED_AT, direction: DESC }')).toMatchObject({
      nodes: [{ body: 'Three' }, { body: 'One' }],
    });
    const { node } = await forge.query(bearer)<{ node: unknown }>(
      `{ node(id: "${second.id}") { ... on IssueComment { body } } }`,
    );
    expect(node).toEqual({ body: 'Three' });
    await send('deleteIssueComment', '', { id: second.id });
    expect(await heard(number, 'first: 9')).toMatchObject({ nodes: [{ body: 'One' }] });
    for (const gone of [
      send('deleteIssueComment', '', { id: second.id }),
      forge.query(bearer)(`{ node(id: "${second.id}") { id } }`),
    ]) {
      expect((await refusal(gone))[0]?.type).toBe('NOT_FOUND');
    }
  });

  test('refuses what GitHub refuses', async () => {
    await work('untalked');
    const { id, number } = await open('untalked');
    expect(await refusal(say(id, ' \n'))).toMatchObject([{ type: 'UNPROCESSABLE', message: "Body can't be blank" }]);
    expect((await refusal(say(id, 'x'.repeat(65_537))))[0]?.type).toBe('UNPROCESSABLE');
    expect((await refusal(say(`${id}x`, 'x')))[0]?.type).toBe('NOT_FOUND');
    await send('lockLockable', 'lockedRecord { locked }', { lockableId: id });
    expect(await rest(number)).toMatchObject({ locked: true });
    expect(await refusal(say(id, 'x'))).toMatchObject([
      { type: 'UNPROCESSABLE', message: expect.stringMatching('locked') },
    ]);
    await send('unlockLockable', 'unlockedRecord { locked }', { lockableId: id });
    const { id: comment } = await say(id, 'x');
    const reader = await forge.token({ contents: 'read', pull_requests: 'read' });
    for (const [name, input] of [
      ['addComment', { subjectId: id, body: 'y' }],
      ['updateIssueComment', { id: comment, body: 'y' }],
      ['deleteIssueComment', { id: comment }],
    ] as const) {
      expect((await refusal(send(name, '', input, reader)))[0]?.type, name).toBe('FORBIDDEN');
    }
    const elsewhere = await forge.token({ pull_requests: 'write' }, ['billing']);
    expect((await refusal(send('deleteIssueComment', '', { id: comment }, elsewhere)))[0]?.type).toBe('NOT_FOUND');
  });

  test('is turned into a draft, and back, only with the permission to write contents too, while it is open', async () => {
    await work('drafted');
    const { id } = await open('drafted');
    const narrow = await forge.token({ pull_requests: 'write' });
    expect((await refusal(send('convertPullRequestToDraft', '', { pullRequestId: id }, narrow)))[0]?.type).toBe(
      'FORBIDDEN',
    );
    await mutate('closePullRequest', { pullRequestId: id });
    expect((await refusal(mutate('convertPullRequestToDraft', { pullRequestId: id })))[0]?.type).toBe('UNPROCESSABLE');
  });
});
