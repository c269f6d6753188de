import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { base64, commit, headOf, makeBranch, runForge, type TestForge } from './kit.ts';

let folder: string;
let forge: TestForge;
let bearer: string;
let branches = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'forge-faults-'));
  forge = await runForge({ faultsFile: join(folder, 'faults.json') });
  bearer = await forge.token();
});
beforeEach(() => play());
afterAll(async () => {
  await forge.close();
  await rm(folder, { recursive: true, force: true });
});

const play = (...faults: object[]): Promise<void> => writeFile(join(folder, 'faults.json'), JSON.stringify(faults));
const ask = (path = '') => forge.rest(bearer, `/repos/acme/storefront${path}`);
const repository = { match: 'GET /api/v3/repos/acme/storefront', when: 'before' };

describe('a status', () => {
  test('comes with the headers and the body that were asked for', async () => {
    const headers = { 'retry-after': '7' };
    await play({ ...repository, do: 'status', status: 403, headers, body: '{"message":"secondary rate limit"}' });
    const answer = await ask();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([403, '7']);
    expect(await answer.json()).toEqual({ message: 'secondary rate limit' });
  });

  test.each(['', '{"data":{'])('can be one of success, with the body %j', async (body) => {
    await play({ ...repository, do: 'status', status: 200, body });
    const answer = await ask();
    expect([answer.status, await answer.text()]).toEqual([200, body]);
  });

  test('can take the place of the answer to what was done', async () => {
    const branch = `lost-${++branches}`;
    const head = await makeBranch(forge, bearer, branch);
    await play({ match: 'createCommitOnBranch', when: 'after', do: 'status', status: 502 });
    const changes = { additions: [{ path: 'a', contents: base64('1') }] };
    await expect(commit(forge.query(bearer), { branch, head, changes })).rejects.toMatchObject({ status: 502 });
    expect(await headOf(forge, bearer, branch)).not.toBe(head);
  });

  test('lets as many requests by as it was told to skip', async () => {
    await play({ ...repository, do: 'status', status: 503, skip: 1 });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) statuses.push((await ask()).status);
    expect(statuses).toEqual([200, 503, 200]);
  });
});

test('a delay answers late and as usual', async () => {
  await play({ ...repository, do: 'delay', ms: 60 });
  const begun = performance.now();
  expect((await ask()).status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThan(50);
});

describe('a duplicate', () => {
  const commitWith = async (when: 'before' | 'after') => {
    const branch = `twice-${++branches}`;
    const head = await makeBranch(forge, bearer, branch);
    await play({ match: 'createCommitOnBranch', when, do: 'duplicate' });
    const changes = { additions: [{ path: 'a', contents: base64('1') }] };
    const answer = commit(forge.query(bearer), { branch, head, changes });
    return { answer, landed: () => headOf(forge, bearer, branch), head };
  };

  test('before has the request done and answers what the second one got', async () => {
    const { answer, landed, head } = await commitWith('before');
    await expect(answer).rejects.toThrow(/expected|stale/i);
    expect(await landed()).not.toBe(head);
  });

  test('after answers what the first one got', async () => {
    const { answer, landed } = await commitWith('after');
    expect((await answer).commit.oid).toBe(await landed());
  });
});
