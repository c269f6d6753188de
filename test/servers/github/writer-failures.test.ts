import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { blobOid } from '#capabilities/repo/blob.ts';
import type { RepoWriter } from '#capabilities/repo-write/ports.ts';
import { NotDone } from '#shared/tools/index.ts';
import { connect, oidOf, web } from './connect.ts';
import { type Answer, type FakeGithub, fakeGithub, onGraphql } from './fake-github.ts';

let fake: FakeGithub;
let write: RepoWriter;

beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(async () => {
  fake.route = () => undefined;
  write = await connect(fake.url).openWriter();
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const createBranch = () => write.createBranch({ repository: web, branch: 'deps/a', oid: oidOf('a') });
const commit = () =>
  write.commit({
    repository: web,
    branch: 'deps/a',
    expectedHead: oidOf('a'),
    headline: 'Update',
    body: '',
    additions: [{ path: 'a.txt', bytes: Buffer.from('a') }],
    deletions: [],
  });
const deleteBranch = () => write.deleteBranch({ repository: web, branch: 'deps/a', expectedHead: oidOf('a') });
const openPullRequest = () =>
  write.openPullRequest({ repository: web, head: 'deps/a', base: 'main', title: 'Update', body: '', draft: true });

async function errorOf(work: () => Promise<unknown>, answer: Answer): Promise<unknown> {
  // Only where no answer comes, so that a slow machine does not make one of those that do.
  if (answer === 'hang') write = await connect(fake.url, { writeTimeoutMs: 500 }).openWriter();
  fake.requests.length = 0;
  fake.route = onGraphql(() => answer);
  return work().then(
    () => expect.unreachable('the write was taken as done'),
    (error: unknown) => error,
  );
}

const upstream = 'upstream words with ghs_abcdefghijkl';
const success = {
  data: { createCommitOnBranch: { commit: { oid: oidOf('b'), url: 'https://x/commit/b', signature: null } } },
};
const fault = (mutation: string, type: string, message = upstream, path: (string | number)[] = [mutation]) => ({
  body: { data: { [mutation]: null }, errors: [{ type, message, path, locations: [] }] },
});

/** What is read right before a write of these is as it should be; the answer of the test is for the write. */
async function afterReading(mutation: string): Promise<unknown> {
  const { route } = fake;
  const node = { title: 'T', body: 'B', baseRefName: 'main', isDraft: true, state: 'OPEN' };
  fake.route = (request) => (request.body.includes('node(id:') ? { body: { data: { node } } } : route(request));
  if (mutation === 'addComment') return write.comment({ pullRequest: 'PR_1', body: 'x' });
  if (mutation === 'deleteIssueComment') return write.deleteComment({ nodeId: 'IC_1', body: 'B' });
  return write.changePullRequest({ nodeId: 'PR_1', from: { title: 'T' }, to: { title: 'New' } });
}

describe('a branch that GitHub brings up to date only after it has answered', () => {
  const base = { name: 'main', oid: oidOf('b') };
  const update = () => write.updateBranch({ nodeId: 'PR_1', expectedHead: oidOf('a'), base });
  const headAt = (oid: string, ...parents: string[]) => ({
    headRef: {
      target: {
        oid,
        url: 'u',
        signature: { isValid: true },
        parents: { nodes: parents.map((each) => ({ oid: each })) },
      },
    },
  });
  const before = { state: 'OPEN', isDraft: true, baseRefName: 'main', baseRef: { target: { oid: oidOf('b') } } };
  const answering = (...heads: readonly unknown[]) => {
    const left = [...heads];
    fake.route = onGraphql(({ query }) => {
      if (query.includes('updatePullRequestBranch')) {
        return { body: { data: { updatePullRequestBranch: { pullRequest: headAt(oidOf('a'), oidOf('9')) } } } };
      }
      if (query.includes('baseRefName')) return { body: { data: { node: before } } };
      return { body: { data: { node: left.shift() ?? null } } };
    });
  };

  test('is looked at until its merge is there', async () => {
    answering(headAt(oidOf('a'), oidOf('9')), headAt(oidOf('c'), oidOf('a'), oidOf('b')));
    expect(await update()).toEqual({ oid: oidOf('c'), url: 'u', verified: true, parents: [oidOf('a'), oidOf('b')] });
  });

  test('stays where it is where a ruleset does not let it', async () => {
    const message = `Repository rule violations found\n\nRequired status check "ci" is expected. ${upstream}`;
    answering(headAt(oidOf('c'), oidOf('a'), oidOf('b')));
    const { route } = fake;
    const refused = onGraphql(() => fault('updatePullRequestBranch', 'UNPROCESSABLE', message));
    fake.route = (request) => (request.body.includes('updatePullRequestBranch') ? refused(request) : route(request));
    const error = await update().catch((problem: unknown) => problem);
    expect(error).toMatchObject({ name: 'NotDone', kind: 'refused' });
    expect(String(error)).not.toContain('upstream');
  });

  test('stays in doubt where somebody else’s commit is there instead, and where a look fails', async () => {
    answering(headAt(oidOf('d'), oidOf('a')));
    await expect(update()).rejects.not.toBeInstanceOf(NotDone);
    answering();
    const { route } = fake;
    fake.route = (request) =>
      request.body.includes('headRef') && !request.body.includes('input') ? 'drop' : route(request);
    await expect(update()).rejects.not.toBeInstanceOf(NotDone);
  });
});

describe('a look before a write', () => {
  const looks: [string, Answer, NotDone['kind']][] = [
    [
      'finds another title',
      { body: { data: { node: { title: 'X', body: '', baseRefName: 'b', isDraft: true, state: 'OPEN' } } } },
      'stale',
    ],
    [
      'finds no pull request',
      { body: { data: { node: null }, errors: [{ type: 'NOT_FOUND', message: upstream, path: ['node'] }] } },
      'stale',
    ],
    ['finds something else', { body: { data: { node: {} } } }, 'unavailable'],
    ['may not be taken', { body: { data: null, errors: [{ type: 'FORBIDDEN', message: upstream }] } }, 'refused'],
    ['fails', { status: 502, body: {} }, 'unavailable'],
    ['is not answered', 'drop', 'unavailable'],
    ['comes too often', { status: 429, headers: { 'retry-after': '60' }, body: {} }, 'unavailable'],
  ];
  test.each(looks)('that %s leaves the write undone', async (_, answer, kind) => {
    const change = () => write.changePullRequest({ nodeId: 'PR_1', from: { title: 'T' }, to: { title: 'New' } });
    const error = await errorOf(change, answer);
    expect(error).toMatchObject({ name: 'NotDone', kind });
    expect((error as Error).message).not.toContain('upstream');
    expect(fake.requests).toHaveLength(1);
  });
});

describe('an answer proves that nothing was done', () => {
  const proofs: [string, () => Promise<unknown>, Answer, NotDone['kind']][] = [
    ['a moved head', commit, fault('createCommitOnBranch', 'STALE_DATA'), 'stale'],
    [
      'a branch of that name',
      createBranch,
      fault('createRef', 'UNPROCESSABLE', 'A ref named "refs/heads/deps/a" already exists in the repository.'),
      'stale',
    ],
    ['a branch that moved before its deletion', deleteBranch, fault('updateRefs', 'STALE_DATA'), 'stale'],
    [
      'a branch that moved, in git’s words',
      deleteBranch,
      fault('updateRefs', 'UNPROCESSABLE', 'refs/heads/deps/a is at 1 but expected 2'),
      'stale',
    ],
    [
      'a ruleset',
      commit,
      fault('createCommitOnBranch', 'UNPROCESSABLE', 'Repository rule violations found: already exists, expected'),
      'refused',
    ],
    [
      'a rule that expects a check',
      deleteBranch,
      fault(
        'updateRefs',
        'UNPROCESSABLE',
        'Repository rule violations found\n\nRequired status check "ci" is expected.',
      ),
      'refused',
    ],
    ['a missing permission', commit, fault('createCommitOnBranch', 'FORBIDDEN'), 'refused'],
    ['a repository that is gone', commit, fault('createCommitOnBranch', 'NOT_FOUND'), 'refused'],
    [
      'an invalid variable',
      commit,
      { body: { errors: [{ message: upstream, extensions: { value: null, problems: [{ path: [] }] } }] } },
      'refused',
    ],
    [
      'GraphQL’s rate limit',
      commit,
      { body: { errors: [{ type: 'RATE_LIMITED', message: upstream }] } },
      'unavailable',
    ],
    ['a token that GitHub does not know yet', commit, { status: 401, body: { message: upstream } }, 'unavailable'],
    ['status 403', commit, { status: 403, body: { message: upstream } }, 'refused'],
    ['status 404', commit, { status: 404, body: { message: upstream } }, 'refused'],
    ['status 422', commit, { status: 422, body: { message: upstream } }, 'refused'],
    ['status 429', commit, { status: 429, body: { message: upstream } }, 'unavailable'],
    ['a secondary limit', commit, { status: 403, headers: { 'retry-after': '60' }, body: {} }, 'unavailable'],
    ['the primary limit', commit, { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: {} }, 'unavailable'],
  ];

  test('a rule is named as what stood in the way, and nothing that GitHub said of it', async () => {
    const said = fault('createCommitOnBranch', 'UNPROCESSABLE', `Repository rule violations found\n\n${upstream}`);
    expect(await errorOf(commit, said)).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(/^A rule of the/),
    });
  });

  test.each(proofs)('%s', async (_, work, answer, kind) => {
    const error = await errorOf(work, answer);
    expect(error).toBeInstanceOf(NotDone);
    expect(error).toMatchObject({ kind });
    expect((error as Error).message).not.toContain('upstream');
    expect(fake.requests).toHaveLength(1);
  });
});

describe('an answer leaves the write in doubt', () => {
  const doubts: [string, Answer][] = [
    ['status 500', { status: 500, body: { message: upstream } }],
    ['status 502 with a page', { status: 502, headers: { 'content-type': 'text/html' }, body: '<h1>Bad gateway</h1>' }],
    ['status 503', { status: 503, headers: { 'retry-after': '5' }, body: {} }],
    ['status 409', { status: 409, body: {} }],
    ['a connection that ends without an answer', 'drop'],
    ['an answer that breaks off', 'cut'],
    ['no answer within the time', 'hang'],
    ['{}', { body: {} }],
    ['null', { body: 'null' }],
    ['no body', {}],
    ['no JSON', { body: '{"data":{"createCommitOn' }],
    ['no data', { body: { data: null } }],
    ['an empty result', { body: { data: { createCommitOnBranch: null } } }],
    ['a commit without an id', { body: { data: { createCommitOnBranch: { commit: { url: 'x' } } } } }],
    ['the result of something else', { body: { data: { createRef: { ref: { target: { oid: oidOf('a') } } } } } }],
    ['an empty list of errors', { body: { data: { createCommitOnBranch: null }, errors: [] } }],
    [
      'GitHub’s own time-out, which has no type',
      { body: { data: null, errors: [{ message: 'Something went wrong while executing your query.' }] } },
    ],
    ['a type that is not known', fault('createCommitOnBranch', 'SERVICE_UNAVAILABLE')],
    [
      'one known error beside an unknown one',
      {
        body: {
          data: { createCommitOnBranch: null },
          errors: [
            { type: 'FORBIDDEN', message: '', path: ['createCommitOnBranch'] },
            { message: 'Something went wrong' },
          ],
        },
      },
    ],
    [
      'an error below the mutation, after it ran',
      fault('createCommitOnBranch', 'FORBIDDEN', upstream, ['createCommitOnBranch', 'commit', 'oid']),
    ],
    [
      'a refusal beside a result',
      {
        body: {
          data: { createCommitOnBranch: { commit: null } },
          errors: [{ type: 'FORBIDDEN', message: '', path: ['createCommitOnBranch'] }],
        },
      },
    ],
    ['a redirect', { status: 307, headers: { location: '/api/elsewhere' } }],
    ['a redirect to another host', { status: 301, headers: { location: 'http://127.0.0.2:1/api/graphql' } }],
    ['more than a megabyte, whatever it says', { body: `${JSON.stringify(success)}${' '.repeat(1024 * 1024)}` }],
    [
      'an error of validation beside data, so after some of it ran',
      { body: { data: null, errors: [{ message: '', extensions: { code: 'undefinedField' } }] } },
    ],
  ];

  test.each(doubts)('%s', async (_, answer) => {
    const error = await errorOf(commit, answer);
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(NotDone);
    expect((error as Error).message).not.toContain('upstream');
    expect(fake.requests).toHaveLength(1);
  });

  test('a pull request whose answer is cut short', async () => {
    const error = await errorOf(openPullRequest, { body: { data: { createPullRequest: { pullRequest: null } } } });
    expect(error).not.toBeInstanceOf(NotDone);
  });

  test.each([
    ['addComment', { commentEdge: null }],
    ['addComment', { commentEdge: { node: null } }],
    ['deleteIssueComment', { clientMutationId: null }],
    ['updatePullRequest', { pullRequest: null }],
  ])('of %s when it says %j', async (mutation, result) => {
    const error = await errorOf(() => afterReading(mutation), { body: { data: { [mutation]: result } } });
    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(NotDone);
  });

  test('a deletion whose answer does not echo what was sent', async () => {
    const error = await errorOf(deleteBranch, { body: { data: { updateRefs: { clientMutationId: null } } } });
    expect(error).not.toBeInstanceOf(NotDone);
  });
});

test('what GitHub said is kept for the log, without tokens', async () => {
  const error = await errorOf(commit, fault('createCommitOnBranch', 'FORBIDDEN'));
  expect(String((error as Error).cause)).toContain('upstream words with [secret]');
});

test.each([
  'installation_ghs_16C7e42F292c6912E7710c838347Ae178B4a',
  'GHS_16C7e42F292c6912',
  'v1.1f699f1069f60de1a2b3c4d5e6f708192a3b4c5d',
  'Authorization: Basic eC1hY2Nlc3MtdG9rZW46czNjcjN0',
  'authorization: bearer 16C7e42F292c6912',
  'https://x-access-token:16C7e42F292c6912@host/',
])('a token in GitHub’s words does not come into the log: %s', async (said) => {
  const error = await errorOf(commit, fault('createCommitOnBranch', 'FORBIDDEN', `upstream ${said} words`));
  const kept = String((error as Error).cause);
  expect(kept).toContain('[secret]');
  expect(kept).toMatch(/upstream .* ?words/);
  expect(kept).not.toMatch(/16C7e42F292c|1f699f1069f60|eC1hY2Nlc3M/);
});

test('a write counts as done when only something asked about it failed', async () => {
  const errors = [{ type: 'FORBIDDEN', message: '', path: ['createCommitOnBranch', 'commit', 'signature'] }];
  fake.route = onGraphql(() => ({ body: { ...success, errors } }));
  expect(await commit()).toEqual({ oid: oidOf('b'), url: 'https://x/commit/b', verified: false });
});

describe('a commit that is built', () => {
  const entries = [
    { path: 'a.txt', mode: '100644', bytes: Buffer.from('a') },
    { path: 'b.bin', mode: '100644', bytes: Buffer.from([0]) },
  ] as const;
  const build = () =>
    write.buildCommit({ repository: web, parent: oidOf('a'), baseTree: oidOf('b'), entries, message: 'Update' });
  const built = {
    sha: oidOf('d'),
    html_url: 'https://x/commit/d',
    tree: { sha: oidOf('c') },
    parents: [{ sha: oidOf('a') }],
    verification: { verified: true, reason: 'valid' },
  };
  const usual: Record<string, Answer> = {
    blobs: { status: 201, body: { sha: blobOid(entries[1].bytes) } },
    trees: { status: 201, body: { sha: oidOf('c'), tree: [{ path: 'a.txt', sha: blobOid(entries[0].bytes) }] } },
    commits: { status: 201, body: built },
  };
  const answering = (others: Record<string, Answer>) => {
    fake.route = ({ url }) => ({ ...usual, ...others })[url.split('/').at(-1) ?? ''];
  };

  test('says whether GitHub vouches for it, and names neither author nor committer', async () => {
    answering({});
    expect(await build()).toEqual({ oid: oidOf('d'), tree: oidOf('c'), url: 'https://x/commit/d', verified: true });
    const commit = fake.requests.at(-1)?.body ?? '';
    expect(JSON.parse(commit)).toEqual({ message: 'Update', tree: oidOf('c'), parents: [oidOf('a')] });
    for (const verification of [{ verified: false, reason: 'unsigned' }, null, undefined, 'yes']) {
      answering({ commits: { status: 201, body: { ...built, verification } } });
      expect(await build()).toMatchObject({ verified: false });
    }
  });

  const others: [string, Record<string, Answer>, NotDone['kind']][] = [
    ['a blob with other bytes', { blobs: { status: 201, body: { sha: oidOf('e') } } }, 'refused'],
    [
      'a text with other bytes',
      { trees: { status: 201, body: { sha: oidOf('c'), tree: [{ path: 'a.txt', sha: oidOf('e') }] } } },
      'refused',
    ],
    ['another tree', { commits: { status: 201, body: { ...built, tree: { sha: oidOf('e') } } } }, 'refused'],
    ['another parent', { commits: { status: 201, body: { ...built, parents: [] } } }, 'refused'],
    ['a tree without an id', { trees: { status: 201, body: {} } }, 'unavailable'],
    ['no JSON', { commits: { status: 201, body: '{"sha":' } }, 'unavailable'],
    ['status 422', { trees: { status: 422, body: { message: upstream } } }, 'refused'],
    ['status 404', { trees: { status: 404, body: { message: upstream } } }, 'refused'],
    ['status 502', { trees: { status: 502, body: { message: upstream } } }, 'unavailable'],
    ['status 409', { commits: { status: 409, body: { message: upstream } } }, 'unavailable'],
    ['a lost connection', { commits: 'drop' }, 'unavailable'],
    ['a redirect', { commits: { status: 307, headers: { location: '/api/v3/repositories/1' } } }, 'unavailable'],
    ['a limit', { blobs: { status: 403, headers: { 'retry-after': '60' }, body: {} } }, 'unavailable'],
  ];
  test.each(others)('is not done after %s, and never in doubt', async (_, answer, kind) => {
    answering(answer);
    const error = await build().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'NotDone', kind });
    expect((error as Error).message).not.toContain('upstream');
  });

  test('is not made when it is to stand in another repository than the writer’s', async () => {
    const repository = { ...web, id: web.id + 1 };
    const wanted = { parent: oidOf('a'), baseTree: null, entries, message: 'Update' };
    const refused = { name: 'NotDone', kind: 'refused' };
    await expect(write.buildCommit({ repository, ...wanted })).rejects.toMatchObject(refused);
    const move = { branch: 'deps/a', from: null, to: oidOf('a') };
    await expect(write.moveBranch({ repository, ...move })).rejects.toMatchObject(refused);
    expect(fake.requests).toHaveLength(0);
  });
});

test('a branch that is there already is stale for who wanted to make it, in git’s words too', async () => {
  const make = () => write.moveBranch({ repository: web, branch: 'deps/a', from: null, to: oidOf('a') });
  const words = 'reference already exists';
  const error = await errorOf(make, fault('updateRefs', 'UNPROCESSABLE', words));
  expect(error).toMatchObject({ name: 'NotDone', kind: 'stale' });
});

describe('a request that never leaves', () => {
  let second: FakeGithub;

  afterEach(async () => {
    await second.close().catch(() => {});
  });

  test.each(['127.0.0.1', 'localhost'])('is not done when %s refuses the connection', async (host) => {
    second = await fakeGithub();
    write = await connect(second.url.replace('127.0.0.1', host)).openWriter();
    await second.close();
    await expect(commit()).rejects.toMatchObject({ name: 'NotDone', kind: 'unavailable' });
  });
});
