import { describe, expect, it } from 'vitest';
import { crashKit, momentsOfWrites, proposal } from './crash-kit.ts';
import { ended } from './people.ts';
import { pushTo } from './push.ts';

const { suite, agent, person, git, restart, newAgent, headlinesOf, madeOnce, ledBy, killedAt, killsAt } = crashKit();

describe('kill -9 of the GitHub server', () => {
  // The other moments are in crash.apart.test.ts.
  killsAt(momentsOfWrites.filter((_, index) => index % 3 === 1));

  it('between two commits of a pull request: each is made once, one on the other', async () => {
    const branch = 'agent/kill-several';
    const commits = ['hello\n', `${branch}\n`].map((content, index) => ({
      message: `Commit ${index + 1}`,
      files: [{ path: 'docs/hello.md', content }],
    }));
    const { files: _one, ...rest } = proposal(branch);
    const { change_id: id } = await agent().call('propose_pull_request', { ...rest, commits });
    await killedAt(id, { match: 'createCommitOnBranch', skip: 1, when: 'before' });
    expect(headlinesOf(branch)).toEqual(['Commit 2', 'Commit 1']);
    await ledBy(branch);
  });

  it('when pushed commits are built and the branch has not moved: it moves once', async () => {
    const branch = 'agent/kill-push';
    const commits = ['hello\n', `${branch}\n`].map((content, index) => ({
      message: `Commit ${index + 1}`,
      files: { 'docs/hello.md': content, 'docs/run.sh': content },
    }));
    const id = pushTo(suite(), { branch, from: 'main', commits, options: ['-o', 'pr'] });
    await killedAt(id, { match: 'updateRefs', when: 'before' });
    expect(headlinesOf(branch)).toEqual(['Commit 2', 'Commit 1']);
    expect(git().run('ls-tree', branch, 'docs/run.sh')).toContain('100755');
    await ledBy(branch);
  });

  it('while a proposal waits, and between approval and dispatch of another, loses nothing', async () => {
    const { change_id: waits } = await agent().call('propose_pull_request', proposal('agent/kill-pending'));
    const { change_id: id } = await agent().call('propose_pull_request', proposal('agent/kill-approved'));
    await suite().server('github').kill();
    await person().approve(id);
    await suite().start('github');
    await newAgent();
    expect((await person().reaches(id, ended)).status).toBe('applied');
    await madeOnce('agent/kill-approved');
    expect((await person().change(waits)).status).toBe('pending_approval');
    expect((await person().carryOut(waits)).status).toBe('applied');
    await madeOnce('agent/kill-pending');
  });
});

describe('an answer that is lost', () => {
  it.each(['createRef', 'createCommitOnBranch', 'createPullRequest'])(
    'after %s leaves a doubt that is settled by our mark',
    async (match) => {
      const branch = `agent/lost-${match}`;
      const { change_id: id } = await agent().call('propose_pull_request', proposal(branch));
      suite().faults([{ match, when: 'after', do: 'drop' }]);
      const done = await person().carryOut(id);
      suite().faults([]);
      expect(done.status).toBe('applied');
      await madeOnce(branch);
      expect(done.history.map((event: { type: string }) => event.type)).toContain('change.unknown');
    },
  );

  it.each(['createRef', 'createCommitOnBranch', 'createPullRequest'])(
    'as the network delivered %s twice, and the second was refused, is no refusal of the first',
    async (match) => {
      const branch = `agent/twice-${match}`;
      const { change_id: id } = await agent().call('propose_pull_request', proposal(branch));
      suite().faults([{ match, when: 'before', do: 'duplicate' }]);
      expect((await person().carryOut(id)).status).toBe('applied');
      suite().faults([]);
      await madeOnce(branch);
    },
  );

  it('of a backend that did nothing is repeated under its own precondition', async () => {
    const { change_id: id } = await agent().call('propose_pull_request', proposal('agent/lost-nothing'));
    suite().faults([{ match: 'createCommitOnBranch', when: 'before', do: 'status', status: 502 }]);
    expect((await person().carryOut(id)).status).toBe('applied');
    suite().faults([]);
    await madeOnce('agent/lost-nothing');
  });
});

describe('kill -9 of another server', () => {
  it('forge, in the middle of a commit, ends with the commit made once', async () => {
    const { change_id: id } = await agent().call('propose_pull_request', proposal('agent/kill-forge'));
    const since = suite().requests().length;
    suite().faults([{ match: 'createCommitOnBranch', when: 'after', do: 'hang' }]);
    await person().approve(id);
    await suite().faultPlayed(since);
    await restart('forge');
    expect((await person().reaches(id, ended)).status).toBe('applied');
    await madeOnce('agent/kill-forge');
  });

  it('approvals, right after a decision, keeps the decision', async () => {
    const { change_id: id } = await agent().call('propose_pull_request', proposal('agent/kill-approvals'));
    await person().approve(id);
    await restart('approvals');
    expect((await person().reaches(id, ended)).status).toBe('applied');
    await madeOnce('agent/kill-approvals');
  });
});
