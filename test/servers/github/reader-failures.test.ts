import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authorAssociation, standingOf } from '#servers/github/read/author.ts';
import type { AppError } from '#shared/errors.ts';
import { connect, oidOf } from './connect.ts';
import { type Answer, type FakeGithub, fakeGithub, onGraphql } from './fake-github.ts';

let fake: FakeGithub;
beforeAll(async () => {
  fake = await fakeGithub();
});
beforeEach(() => {
  fake.route = () => undefined;
  fake.requests.length = 0;
});
afterAll(() => fake.close());

const upstream = 'upstream words';
const graphqlRequests = () => fake.requests.filter((request) => request.url === '/api/graphql');

describe('a read that fails', () => {
  const notFound = { type: 'NOT_FOUND', message: upstream, path: ['repository'] };
  const failures: [string, Answer, AppError['code']][] = [
    ['a repository that is not there', { body: { data: { repository: null }, errors: [notFound] } }, 'not_found'],
    ['a repository that is null', { body: { data: { repository: null } } }, 'not_found'],
    [
      'a missing permission',
      { body: { data: null, errors: [{ type: 'FORBIDDEN', message: upstream }] } },
      'backend_refused',
    ],
    [
      'a cursor of its own making',
      { body: { errors: [{ type: 'INVALID_CURSOR_ARGUMENTS', message: upstream }] } },
      'invalid_arguments',
    ],
    ['the rate limit', { body: { errors: [{ type: 'RATE_LIMITED', message: upstream }] } }, 'backend_unavailable'],
    ['GitHub’s own time-out', { body: { data: null, errors: [{ message: upstream }] } }, 'backend_unavailable'],
    ['a token that GitHub does not know yet', { status: 401, body: { message: upstream } }, 'backend_unavailable'],
    ['status 403', { status: 403, body: { message: upstream } }, 'backend_refused'],
    [
      'a secondary limit',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit.' } },
      'backend_unavailable',
    ],
    ['status 429', { status: 429, body: { message: upstream } }, 'backend_unavailable'],
    ['status 500', { status: 500, body: { message: upstream } }, 'backend_unavailable'],
    ['a connection that ends', 'drop', 'backend_unavailable'],
    ['an answer that breaks off', 'cut', 'backend_unavailable'],
    ['no answer within the time', 'hang', 'backend_unavailable'],
    ['{}', { body: {} }, 'backend_unavailable'],
    ['another form than GitHub documents', { body: { data: { repository: { ref: 7 } } } }, 'backend_unavailable'],
  ];

  test.each(failures)('%s', async (_, answer, code) => {
    const { reader } = connect(fake.url, { readTimeoutMs: 1000 });
    await reader.ownLogin();
    fake.route = onGraphql(() => answer);
    const error = await reader.head('acme/web', 'main').then(
      () => expect.unreachable(),
      (reason: AppError) => reason,
    );
    expect(error).toMatchObject({ name: 'AppError', code });
    expect(`${error.message} ${error.next}`).not.toContain('upstream');
  });

  test('on an App whose key GitHub does not know', async () => {
    fake.route = ({ url }) =>
      url.endsWith('/installation') ? { status: 401, body: { message: upstream } } : undefined;
    await expect(connect(fake.url).reader.repository('acme/web')).rejects.toMatchObject({
      code: 'backend_unavailable',
    });
  });

  test('on a network that refuses the connection', async () => {
    const gone = await fakeGithub();
    await gone.close();
    await expect(connect(gone.url).reader.repository('acme/web')).rejects.toMatchObject({
      code: 'backend_unavailable',
    });
  });
});

describe('a log that is kept elsewhere', () => {
  const logAt = (location: string, status = 302): void => {
    fake.route = ({ url }) => (url.endsWith('/logs') ? { status, headers: { location } } : undefined);
  };
  const read = () => connect(fake.url).reader.jobLog('acme/web', 7);

  test('is asked for without our token, and where it leads on is not gone', async () => {
    fake.route = ({ url }) => {
      if (url.endsWith('/jobs/7/logs')) return { status: 302, headers: { location: '/kept/7?sig=x' } };
      return url.startsWith('/kept') ? { body: 'the log' } : undefined;
    };
    expect(await read()).toBe('the log');
    const [asked] = fake.requests.filter(({ url }) => url.startsWith('/kept'));
    expect(asked?.headers).not.toHaveProperty('authorization');
    fake.route = ({ url }) => {
      if (url.endsWith('/jobs/7/logs')) return { status: 302, headers: { location: '/kept' } };
      return url === '/kept' ? { status: 302, headers: { location: '/further' } } : undefined;
    };
    await expect(read()).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(fake.requests.map(({ url }) => url)).not.toContain('/further');
  });

  test('is not fetched from any other host', async () => {
    const other = await fakeGithub();
    for (const location of [`${other.url}/log`, 'https://evil.blob.core.windows.net/x', 'file:///etc/passwd']) {
      logAt(location);
      const error = await read().catch((reason: AppError) => reason);
      expect(error).toMatchObject({
        code: 'backend_refused',
        next: expect.stringContaining('COUNTERSIGN_GITHUB_LOG_HOSTS'),
      });
      expect(JSON.stringify(error)).not.toContain(new URL(location).host || 'passwd');
    }
    expect(other.requests).toEqual([]);
    await other.close();
  });

  test('is none where GitHub leads to another name of the repository, or has dropped it', async () => {
    for (const status of [301, 307]) {
      logAt('/api/v3/repositories/4711/actions/jobs/7/logs', status);
      expect(await read()).toBeNull();
      expect(fake.requests.filter(({ url }) => url.includes('/repositories/'))).toEqual([]);
    }
    fake.route = ({ url }) => (url.endsWith('/logs') ? { status: 410, body: { message: 'Gone' } } : undefined);
    expect(await read()).toBeNull();
  });

  test('is none of a job that another repository has by now', async () => {
    const job = { name: 'test', head_sha: oidOf('a'), status: 'completed', conclusion: null };
    const url = 'https://api.github.com/repos/acme/other/actions/jobs/7';
    fake.route = (request) => (request.url.endsWith('/jobs/7') ? { body: { ...job, url } } : undefined);
    await expect(connect(fake.url).reader.job('acme/web', 7)).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('a repository’s name', () => {
  const strange = [
    'acme',
    'acme/',
    '/web',
    'acme/web/x',
    'acme/..',
    'acme/.',
    '../web',
    'acme/we%2Fb',
    'acme/web?x',
    'acme/w b',
    'acme/web\n',
    'acme/wéb',
    `acme/${'x'.repeat(101)}`,
  ];

  test.each(strange)('that GitHub cannot have is not asked for: %j', async (name) => {
    await expect(connect(fake.url).reader.head(name, 'main')).rejects.toMatchObject({ code: 'not_found' });
    expect(fake.requests).toEqual([]);
  });

  test('that is an old one leads repository() to the new one, and nothing else anywhere', async () => {
    const { reader } = connect(fake.url);
    fake.route = onGraphql(() => ({ body: { data: { repository: { ref: null } } } }));
    await reader.head('acme/web', 'main').catch(() => {});
    await reader.tree('acme/web', 'main', 'src').catch(() => {});
    await reader.files('acme/web', oidOf('a'), ['a']).catch(() => {});
    await reader.branches('acme/web', { limit: 1 }).catch(() => {});
    await reader.history('acme/web', 'main', 1).catch(() => {});
    await reader.reviewThreads('acme/web', 1, { limit: 1 }).catch(() => {});
    await reader.checks('acme/web', oidOf('a'), { limit: 1 }).catch(() => {});
    await reader.commits('acme/web', { commit: oidOf('a'), limit: 1 }).catch(() => {});
    await reader.pullRequest('acme/web', 1).catch(() => {});
    await reader.pullRequests('acme/web', { limit: 1, state: 'all' }).catch(() => {});
    await reader.comments('acme/web', 1, { limit: 1 }).catch(() => {});
    await reader.comment('acme/web', { number: 1, nodeId: 'IC_1' }).catch(() => {});
    const strict = graphqlRequests();
    expect(strict).toHaveLength(12);
    for (const { body } of strict) expect(body).toContain('followRenames: false');
    fake.route = onGraphql(() => ({
      body: {
        data: {
          repository: {
            id: 'R_web',
            databaseId: 4711,
            nameWithOwner: 'acme/new-name',
            description: null,
            isPrivate: true,
            visibility: 'INTERNAL',
            isArchived: false,
            url: 'https://x/acme/new-name',
            defaultBranchRef: null,
          },
        },
      },
    }));
    expect(await reader.repository('acme/web')).toMatchObject({
      ...{ name: 'acme/new-name', id: 4711, defaultBranch: '', visibility: 'internal' },
    });
  });

  test('redirects within the host only, and only for GET', async () => {
    const { reader } = connect(fake.url);
    fake.route = ({ url }) => {
      if (url === '/api/v3/repos/acme/web/installation') {
        return { status: 301, headers: { location: '/api/v3/repositories/4711/installation' } };
      }
      return url === '/api/graphql' ? { body: { data: { repository: { ref: null } } } } : undefined;
    };
    expect(await reader.head('acme/web', 'main')).toBeNull();
    const other = await fakeGithub();
    fake.route = ({ url }) =>
      url.endsWith('/installation') ? { status: 301, headers: { location: `${other.url}/installation` } } : undefined;
    await expect(connect(fake.url).reader.head('acme/web', 'main')).rejects.toMatchObject({
      code: 'backend_unavailable',
    });
    expect(other.requests).toEqual([]);
    await other.close();
  });
});

describe('text from outside', () => {
  const hostile = '"){ __typename } } #\n..%2F?x={a}';

  test('reaches GitHub as a variable and never as part of a query', async () => {
    const { reader } = connect(fake.url);
    fake.route = onGraphql(() => ({ body: { data: { repository: null } } }));
    await reader.head('acme/web', hostile).catch(() => {});
    await reader.tree('acme/web', hostile, hostile).catch(() => {});
    await reader.files('acme/web', hostile, [hostile]).catch(() => {});
    await reader.branches('acme/web', { limit: 1, cursor: hostile, query: hostile }).catch(() => {});
    await reader.history('acme/web', hostile, 1).catch(() => {});
    await reader.pullRequests('acme/web', { limit: 1, state: 'open', head: hostile, base: hostile }).catch(() => {});
    expect(graphqlRequests()).toHaveLength(6);
    for (const { body } of graphqlRequests()) {
      const { query, variables } = JSON.parse(body) as { query: string; variables: Record<string, string> };
      expect(query).not.toContain('__typename } }');
      expect(Object.values(variables).some((value) => String(value).includes(hostile))).toBe(true);
    }
  });
});

describe('files', () => {
  const blobId = (bytes: Uint8Array) => createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
  const entryOf = (bytes: Uint8Array, text: string | null, isTruncated = false) => ({
    type: 'blob',
    mode: 0o100644,
    oid: blobId(bytes),
    object: { byteSize: bytes.length, isTruncated, text },
  });
  const answerWith = (entry: object, blob: Uint8Array) => {
    fake.route = ({ url, headers }) => {
      if (url === '/api/graphql') return { body: { data: { repository: { object: { f0: entry } } } } };
      if (!url.includes('/git/blobs/')) return undefined;
      // In JSON a blob is base64, which takes a third more, and its text and its bytes besides.
      return headers.accept === 'application/vnd.github.raw+json' ? { body: blob } : { status: 406, body: {} };
    };
  };
  const read = () => connect(fake.url).reader.files('acme/web', oidOf('a'), ['a']);

  test('whose text GitHub converted come as the bytes that are stored', async () => {
    const latin1 = Buffer.from('caf\xe9\r\n', 'latin1');
    answerWith(entryOf(latin1, 'café\r\n'), latin1);
    expect((await read()).get('a')?.bytes).toEqual(new Uint8Array(latin1));
  });

  test('whose text was cut come whole', async () => {
    const long = Buffer.from('x'.repeat(2000));
    answerWith(entryOf(long, 'x'.repeat(1000), true), long);
    expect((await read()).get('a')?.bytes).toEqual(new Uint8Array(long));
  });

  test('whose bytes are not those of their id are not taken', async () => {
    answerWith(entryOf(Buffer.from('one'), null), Buffer.from('two'));
    await expect(read()).rejects.toMatchObject({ code: 'backend_unavailable' });
  });

  test('that are too long are refused before they are read', async () => {
    answerWith(
      { ...entryOf(Buffer.from('one'), null), object: { byteSize: 41 * 1024 * 1024, isTruncated: true, text: null } },
      Buffer.from('one'),
    );
    await expect(read()).rejects.toMatchObject({ code: 'too_large' });
    expect(fake.requests.some((request) => request.url.includes('/git/blobs/'))).toBe(false);
  });

  test('that a comparison does not list any more are said to be more, and two without a common past have none', async () => {
    const files = Array.from({ length: 300 }, (_, at) => ({ filename: `${at}`, previous_filename: `old/${at}` }));
    const body = { merge_base_commit: { sha: oidOf('c') }, files };
    const compared = async (answer: { status?: number; body: unknown }) => {
      fake.route = ({ url }) => (url.includes(`/compare/${oidOf('a')}...${oidOf('b')}`) ? answer : undefined);
      return connect(fake.url).reader.changed('acme/web', oidOf('a'), oidOf('b'));
    };
    expect(await compared({ body })).toMatchObject({ from: oidOf('c'), paths: { length: 600 }, cut: true });
    expect(await compared({ body: { ...body, files: files.slice(1) } })).toMatchObject({ cut: false });
    expect(await compared({ status: 404, body: {} })).toBeNull();
    await expect(compared({ body: { files } })).rejects.toMatchObject({ code: 'backend_unavailable' });
  });

  const MiB = 1024 * 1024;
  const blobs = () => fake.requests.filter((request) => request.url.includes('/git/blobs/'));
  /** Answers for any paths: folders by their name, else a file of so many bytes that comes without text. */
  const answerAll = (byteSize: number | undefined) => {
    fake.route = onGraphql(({ variables }) => {
      const paths = Object.entries(variables).filter(([name]) => /^p\d+$/.test(name));
      const entries = paths.map(([name, path]) => {
        const folder = String(path).startsWith('folder');
        const text = { byteSize, isTruncated: true, text: null };
        const at = folder
          ? { type: 'tree', mode: 0o040000, object: {} }
          : { type: 'blob', mode: 0o100644, object: text };
        return [`f${name.slice(1)}`, { ...at, oid: oidOf('b') }];
      });
      return { body: { data: { repository: { object: Object.fromEntries(entries) } } } };
    });
  };
  const reading = (paths: readonly string[], limits?: ReadonlyMap<string, number>) =>
    connect(fake.url).reader.files('acme/web', oidOf('a'), paths, limits);

  test('that are too much together are refused before any is read', async () => {
    answerAll(15 * MiB);
    await expect(reading(['a', 'b', 'c'])).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('41943040 bytes'),
    });
    expect(blobs()).toEqual([]);
  });

  test('that are many and too much together are refused before their text is asked for', async () => {
    answerAll(MiB);
    await expect(reading(Array.from({ length: 250 }, (_, index) => `a${index}`))).rejects.toMatchObject({
      code: 'too_large',
    });
    expect(graphqlRequests()).toHaveLength(2);
    for (const { body } of graphqlRequests()) expect(body).not.toMatch(/\btext\b/);
    expect(blobs()).toEqual([]);
  });

  test('that are larger than the caller’s limit are refused before they are read', async () => {
    answerAll(6 * MiB);
    await expect(reading(['a', 'b'], new Map([['b', 5 * MiB]]))).rejects.toMatchObject({
      code: 'too_large',
      message: '"b" has more than 5242880 bytes.',
    });
    expect(blobs()).toEqual([]);
  });

  test('whose size is not told are not read', async () => {
    answerAll(undefined);
    await expect(reading(['a'])).rejects.toMatchObject({ code: 'backend_unavailable' });
    expect(blobs()).toEqual([]);
  });

  test('that are not there are null, also when GitHub calls that an error', async () => {
    fake.route = onGraphql(() => ({
      body: {
        data: { repository: { object: { f0: null } } },
        errors: [{ type: 'NOT_FOUND', message: upstream, path: ['repository', 'object', 'f0'] }],
      },
    }));
    expect(await read()).toEqual(new Map([['a', null]]));
  });

  test('of a commit that is not there are not_found', async () => {
    fake.route = onGraphql(() => ({ body: { data: { repository: { object: null } } } }));
    await expect(read()).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('commit') });
  });
});

test('every request names this program and the version of the API it was written for', async () => {
  const { reader } = connect(fake.url);
  fake.route = onGraphql(() => ({ body: { data: { repository: { ref: null } } } }));
  await reader.head('acme/web', 'main');
  await reader.ownLogin();
  expect(fake.requests).toHaveLength(4);
  for (const { headers } of fake.requests) {
    expect(headers['user-agent']).toBe('countersign/test');
    expect(headers['x-github-api-version']).toBe('2022-11-28');
  }
});

test('an App’s pull request and commit carry the same login as the App itself', async () => {
  const { reader } = connect(fake.url);
  const pull = {
    number: 1,
    id: 'PR_1',
    url: 'https://x/pull/1',
    title: 't',
    body: 'b',
    state: 'OPEN',
    isDraft: true,
    locked: false,
    headRefName: 'deps/a',
    headRefOid: oidOf('a'),
    baseRefName: 'main',
    isCrossRepository: false,
    headRepository: { nameWithOwner: 'acme/web' },
    author: { __typename: 'Bot', login: 'countersign' },
    authorAssociation: 'NONE',
  };
  const mallory = { __typename: 'User', login: 'mallory' };
  const fork = {
    ...pull,
    ...{ number: 2, isCrossRepository: true, headRepository: { nameWithOwner: 'mallory/web' } },
    ...{ author: mallory, authorAssociation: 'FIRST_TIME_CONTRIBUTOR' },
  };
  const commit = {
    oid: oidOf('a'),
    url: 'https://x/commit/a',
    message: 'm',
    parents: { nodes: [] },
    author: { email: '7+countersign[bot]@users.noreply.github.com', user: null },
    signature: { isValid: true },
  };
  fake.route = onGraphql(({ query }) => {
    const list = { pullRequests: { nodes: [pull, fork], pageInfo: { hasNextPage: true, endCursor: 'c' } } };
    const history = { ref: { target: { history: { nodes: [commit] } } } };
    return { body: { data: { repository: query.includes('history') ? history : list } } };
  });
  const login = await reader.ownLogin();
  const pulls = await reader.pullRequests('acme/web', { limit: 2, state: 'all', head: 'deps/a' });
  expect(pulls).toMatchObject({ items: [{ number: 1, author: login, head: 'deps/a' }], cursor: 'c' });
  const all = await reader.pullRequests('acme/web', { limit: 2, state: 'all' });
  expect(all.items.map((each) => each.head)).toEqual(['deps/a', 'mallory:deps/a']);
  expect(all.items.map((each) => each.standing)).toEqual(['app', 'first_time_contributor']);
  expect(await reader.history('acme/web', 'deps/a', 1)).toMatchObject([{ author: login, verified: true }]);
});

describe('a search of code', () => {
  const found = (id: number, path = 'a.ts') => ({
    ...{ path, url: `${fake.url}/api/v3/repositories/${id}/contents/${path}?ref=${oidOf('a')}`, repository: { id } },
    text_matches: [
      { property: 'path', fragment: path, matches: [{ text: 'a', indices: [0, 1] }] },
      { property: 'content', fragment: 'let a = 1', matches: [{ text: 'a', indices: [4, 5] }] },
    ],
  });
  const answering = (answer: Answer) => {
    fake.route = ({ url }) => (url.startsWith('/api/v3/search/code?') ? answer : undefined);
  };
  const search = (words: string[], reader = connect(fake.url).reader) =>
    reader.searchCode('acme/web', { words, folder: 'src/a b', extension: 'ts' });
  const asked = () => {
    const searches = fake.requests.filter(({ url }) => url.startsWith('/api/v3/search/'));
    return searches.map(({ url, headers }) => ({ q: new URL(url, fake.url).searchParams.get('q'), headers }));
  };

  test('asks for phrases in one repository, out of which no word breaks, and takes nothing of another', async () => {
    answering({ body: { incomplete_results: true, items: [found(4711), found(4712, 'b.ts')] } });
    expect(await search(['a" org:evil OR "', 'repo:x/y', 'b\\"'])).toEqual({
      items: [{ path: 'a.ts', commit: oidOf('a'), fragments: [{ text: 'let a = 1', word: 'a' }] }],
      incomplete: true,
    });
    expect(asked()).toMatchObject([
      {
        q: '"a  org:evil OR  " "repo:x/y" "b  " repo:acme/web path:"src/a b" extension:ts',
        headers: { accept: 'application/vnd.github.text-match+json' },
      },
    ]);
  });

  test.each<[string, Answer, AppError['code']]>([
    ['what GitHub does not search for', { status: 422, body: { message: upstream } }, 'invalid_arguments'],
    ['a missing permission', { status: 403, body: { message: upstream } }, 'backend_refused'],
    ['another form than GitHub documents', { body: { items: [] } }, 'backend_unavailable'],
  ])('says so of %s', async (_, answer, code) => {
    answering(answer);
    const error = await search(['x']).catch((reason: AppError) => reason);
    expect(error).toMatchObject({ code });
    expect((error as AppError).message).not.toContain(upstream);
  });

  test('that is one too many of its kind waits for its own limit, and other reads go on', async () => {
    const { reader } = connect(fake.url);
    const reset = String(Math.ceil(Date.now() / 1000) + 600);
    const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset };
    answering({ status: 403, headers, body: { message: 'API rate limit exceeded' } });
    for (let times = 0; times < 2; times += 1) {
      const error = await search(['x'], reader).catch((reason: AppError) => reason);
      expect(error).toMatchObject({ code: 'backend_unavailable', retryable: true });
    }
    expect(asked()).toHaveLength(1);
    fake.route = onGraphql(() => ({ body: { data: { repository: { ref: { target: { oid: oidOf('a') } } } } } }));
    expect(await reader.head('acme/web', 'main')).toBe(oidOf('a'));
  });
});

test('what an author is to a repository comes as GitHub says it, and a word that it made up later as none', () => {
  const words = ['OWNER', 'MEMBER', 'COLLABORATOR', 'CONTRIBUTOR', 'FIRST_TIMER', 'MANNEQUIN', 'NONE', 'APP', 'HELPER'];
  const author = { __typename: 'User' };
  const standings = words.map((word) => standingOf({ author, authorAssociation: authorAssociation.parse(word) }));
  expect(standings).toEqual([...words.slice(0, 7).map((word) => word.toLowerCase()), 'none', 'none']);
  expect(standingOf({ author: null, authorAssociation: 'none' })).toBe('none');
});
