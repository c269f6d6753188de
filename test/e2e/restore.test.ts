import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Agent, agentOf, type Person, patienceMs, personOf } from './people.ts';
import { type Git, gitOf } from './repository.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

let suite: TestSuite;
let agent: Agent;
let queue: Agent;
let person: Person;
let git: Git;
let count = 0;
let branch = '';

beforeAll(async () => {
  suite = await startTestSuite();
  agent = await agentOf(suite.mcpUrl('github'));
  queue = await agentOf(suite.mcpUrl('approvals'));
  person = personOf(suite);
  git = gitOf(suite);
});
beforeEach(async () => {
  count += 1;
  branch = `agent/restore-${count}`;
  await carriedOut('propose_pull_request', {
    branch,
    title: 'A branch to work on',
    files: [
      { path: 'work/edited.txt', content: 'one\r\ntwo\r\nno newline at the end' },
      { path: 'work/deleted.txt', content: 'to be deleted\n' },
      { path: 'work/moved.txt', content: 'to be moved\n' },
      { path: 'work/binary.bin', base64: Buffer.from([0, 255, 1, 254, 13, 10, 0]).toString('base64') },
      { path: 'work/日本 語.txt', content: '日本語\n' },
    ],
  });
});
afterAll(async () => {
  await Promise.all([agent.close(), queue.close()]);
  await suite.stop();
});

async function carriedOut(tool: string, args: object): Promise<string> {
  const { change_id: id } = await agent.call(tool, { repository: 'acme/storefront', reason: 'because', ...args });
  const done = await person.carryOut(id);
  expect([done.status, done.note]).toEqual(['applied', null]);
  return id;
}

const everything = [
  { path: 'work/edited.txt', edits: [{ find: 'two', replace: 'zwei' }] },
  { path: 'work/deleted.txt', delete: true },
  { path: 'work/elsewhere.txt', move_from: 'work/moved.txt' },
  { path: 'work/binary.bin', base64: Buffer.from([9, 9, 0, 9]).toString('base64') },
  { path: 'work/日本 語.txt', content: '変更\n' },
  { path: 'work/new/added.txt', content: 'added\n' },
];

const commit = (files: object[]) => carriedOut('commit_files', { branch, message: 'Change files', files });

/** Plans the restore, approves it, and answers its id. */
async function restored(id: string, choice?: string): Promise<string> {
  const planned = await person.restore(id, choice);
  expect([planned.status, planned.note]).toEqual(['pending_approval', null]);
  expect((await person.carryOut(planned.change_id)).status).toBe('applied');
  return planned.change_id;
}

describe('the restore of a commit', () => {
  it('gives modes and links back, which are built signed before the branch moves', async () => {
    const before = git.tree(branch);
    const id = await commit([
      { path: 'work/run.sh', content: '#!/bin/sh\n', executable: true },
      { path: 'work/edited.txt', edits: [{ find: 'one\n', replace: 'eins\n' }], executable: true },
      { path: 'docs/README.md', delete: true },
    ]);
    const after = git.tree(branch);
    expect(git.run('ls-tree', branch, 'work/run.sh', 'work/edited.txt')).toMatch(/^100755 .*\n100755 /);
    expect(git.run('show', `${branch}:work/edited.txt`)).toBe('eins\r\ntwo\r\nno newline at the end');
    expect(git.verify(`origin/${branch}`)).toContain('Good "git" signature');
    const undo = await restored(id);
    expect(git.tree(branch)).toBe(before);
    await restored(undo);
    expect(git.tree(branch)).toBe(after);
  });

  it('takes several commits of one pull request back as one', async () => {
    const several = `${branch}-several`;
    const path = 'work/grows.txt';
    const id = await carriedOut('propose_pull_request', {
      ...{ branch: several, title: 'In steps' },
      commits: [
        { message: 'Begin', files: [{ path, content: 'one\n' }] },
        { message: 'Go on', files: [{ path, edits: [{ find: 'one\n', replace: 'one\ntwo\n' }] }] },
        { message: 'End', files: [{ path, edits: [{ find: 'two', replace: 'three' }], executable: true }] },
      ],
    });
    expect(git.run('log', '--format=%s', `main..${several}`).trim().split('\n')).toEqual(['End', 'Go on', 'Begin']);
    expect(git.run('show', `${several}:${path}`)).toBe('one\nthree\n');
    await restored(id);
    expect(git.branches()[several]).toBeUndefined();
  });

  it('gives back the tree that was there, byte for byte, and can itself be restored', async () => {
    const before = git.tree(branch);
    const id = await commit(everything);
    const after = git.tree(branch);
    expect(after).not.toBe(before);
    const undo = await restored(id);
    expect(git.tree(branch)).toBe(before);
    const redo = await restored(undo);
    expect(git.tree(branch)).toBe(after);
    await restored(redo);
    expect(git.tree(branch)).toBe(before);
    expect(git.commits(`main..${branch}`)).toHaveLength(5);
  });

  it('does not overwrite a file that someone changed since', async () => {
    const id = await commit(everything);
    await commit([{ path: 'work/edited.txt', content: 'somebody else was here\n' }]);
    const there = git.tree(branch);
    const refused = await person.restore(id);
    expect(refused).toMatchObject({ status: 'failed', note: expect.stringContaining('work/edited.txt') });
    expect(git.tree(branch)).toBe(there);

    await restored(id, 'untouched');
    expect(git.run('show', `${branch}:work/edited.txt`)).toBe('somebody else was here\n');
    expect(git.run('show', `${branch}:work/deleted.txt`)).toBe('to be deleted\n');
  });

  it('overwrites what others did only when told to, and says so', async () => {
    const before = git.tree(branch);
    const id = await commit(everything);
    await commit([{ path: 'work/edited.txt', content: 'somebody else was here\n' }]);
    const planned = await person.restore(id, 'overwrite');
    expect((await person.change(planned.change_id)).content.flags.map((flag: { code: string }) => flag.code)).toContain(
      'overwrites_others',
    );
    // The one who asked for it is the only person here, and may not be the only one to approve it.
    const { seal } = planned;
    const answer = await person.post(`/api/changes/${planned.change_id}/decision`, {
      decision: 'approve',
      seal,
      reason: '',
    });
    expect(answer.status).toBe(403);
    expect(git.tree(branch)).not.toBe(before);
  });

  it('can be asked for by the agent whose change it was', async () => {
    const before = git.tree(branch);
    const id = await commit(everything);
    const asked = await queue.call('propose_restore', { change_id: id, reason: 'it was wrong' });
    await person.reaches(asked.change_id, ['pending_approval']);
    expect(git.tree(branch)).not.toBe(before);
    await person.carryOut(asked.change_id);
    expect(git.tree(branch)).toBe(before);
  });
});

describe('the restore of a pull request', () => {
  it('closes it and takes the branch away; restoring that brings both back', async () => {
    const before = git.branches();
    const id = await carriedOut('propose_pull_request', {
      branch: `${branch}-own`,
      title: 'To be taken back',
      files: [{ path: 'work/a.txt', content: 'a\n' }],
    });
    const head = git.branches()[`${branch}-own`];
    const undo = await restored(id);
    expect(git.branches()).toEqual(before);
    await restored(undo);
    expect(git.branches()[`${branch}-own`]).toBe(head);
    const { pull_requests: found } = await agent.call('list_pull_requests', {
      repository: 'acme/storefront',
      head: `${branch}-own`,
    });
    expect(found).toMatchObject([{ state: 'open' }]);
  });

  it('takes the commits of the same agent along, in a set of both, and leaves no trace of either', async () => {
    const before = git.branches();
    const changes = [
      await carriedOut('propose_pull_request', {
        branch: `${branch}-both`,
        title: 'To be taken back',
        files: [{ path: 'work/a.txt', content: 'a\n' }],
      }),
      await carriedOut('commit_files', {
        branch: `${branch}-both`,
        message: 'More',
        files: [{ path: 'work/a.txt', content: 'b\n' }],
      }),
    ];
    const asked = await person.post('/api/sets', { changes, reason: 'Both.' });
    const path = `/api/sets/${asked.body.set_id}`;
    const planned = await vi.waitFor(
      async () => {
        const { body } = await person.get(path);
        expect(body.status).toBe('pending_approval');
        return body;
      },
      { timeout: patienceMs },
    );
    expect(planned).toMatchObject({ members: [{ originals: changes }], left_out: [] });
    await person.post(`${path}/decision`, { decision: 'approve', seal: planned.seal });
    const applied = async () => expect((await person.get(path)).body.status).toBe('applied');
    await vi.waitFor(applied, { timeout: patienceMs });
    expect(git.branches()).toEqual(before);
  });

  it('is refused when somebody has committed to the branch since, naming the commit', async () => {
    const id = await carriedOut('propose_pull_request', {
      branch: `${branch}-busy`,
      title: 'To be worked on',
      files: [{ path: 'work/a.txt', content: 'a\n' }],
    });
    await carriedOut('commit_files', {
      branch: `${branch}-busy`,
      message: 'More',
      files: [{ path: 'work/b.txt', content: 'b\n' }],
    });
    const head = git.branches()[`${branch}-busy`] ?? '';
    const refused = await person.restore(id);
    expect(refused).toMatchObject({ status: 'failed', note: expect.stringContaining(head) });
    expect(git.branches()[`${branch}-busy`]).toBe(head);
  });
});
