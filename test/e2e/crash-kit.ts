import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { type Agent, agentOf, ended, type Person, personOf } from './people.ts';
import { type Git, gitOf } from './repository.ts';
import { startTestSuite, type TestSuite } from './suite.ts';

export const proposal = (branch: string) => ({
  repository: 'acme/storefront',
  branch,
  title: `Work on ${branch}`,
  reason: 'because',
  files: [{ path: 'docs/hello.md', content: `${branch}\n` }],
});

const steps = ['createRef', 'createCommitOnBranch', 'createPullRequest'];

/** Every moment of a pull request's writes. */
export const momentsOfWrites = steps.flatMap((match) =>
  (['before', 'after'] as const).map((when) => ({ match, when })),
);

type Moment = { readonly match: string; readonly when: 'before' | 'after'; readonly skip?: number };

/** A suite for the tests of a file whose servers are killed, and what is the same each time. */
export function crashKit() {
  let suite: TestSuite;
  let agent: Agent;
  let person: Person;
  let git: Git;

  beforeAll(async () => {
    suite = await startTestSuite();
    person = personOf(suite);
    git = gitOf(suite);
  });
  afterAll(() => suite.stop());
  beforeEach(async () => {
    await suite.mend();
    agent = await agentOf(suite.mcpUrl('github'));
  });
  afterEach(() => agent.close());

  const newAgent = async (): Promise<void> => {
    await agent.close();
    agent = await agentOf(suite.mcpUrl('github'));
  };

  const restart = async (name: 'github' | 'forge' | 'approvals'): Promise<void> => {
    await suite.server(name).kill();
    suite.faults([]);
    await suite.start(name);
    if (name === 'github') await newAgent();
  };

  /** The branch has exactly one commit of this change, and exactly one pull request leads from it. */
  async function madeOnce(branch: string): Promise<void> {
    expect(git.commits(`main..${branch}`)).toHaveLength(1);
    await ledBy(branch);
  }

  const headlinesOf = (branch: string): string[] => git.run('log', '--format=%s', `main..${branch}`).trim().split('\n');

  /** The branch has the file in its last form, and exactly one pull request leads from it. */
  async function ledBy(branch: string): Promise<void> {
    expect(git.run('show', `${branch}:docs/hello.md`)).toBe(`${branch}\n`);
    const { pull_requests: found } = await agent.call('list_pull_requests', {
      repository: 'acme/storefront',
      state: 'all',
      head: branch,
    });
    expect(found).toHaveLength(1);
  }

  /** Approves a change, kills its executor at a request and starts another: the change is applied then. */
  async function killedAt(id: string, request: Moment): Promise<void> {
    const since = suite.requests().length;
    suite.faults([{ ...request, do: 'hang' }]);
    await person.approve(id);
    await suite.faultPlayed(since);
    expect(ended).not.toContain((await person.change(id)).status);
    await restart('github');
    expect((await person.reaches(id, ended)).status).toBe('applied');
  }

  /** Kills the GitHub server at these moments, each time with another change. */
  const killsAt = (moments: readonly Moment[]): void => {
    it.each(moments)('$when $match took effect: the change goes on and is made once', async ({ match, when }) => {
      const branch = `agent/kill-${match}-${when}`;
      const { change_id: id } = await agent.call('propose_pull_request', proposal(branch));
      await killedAt(id, { match, when });
      await madeOnce(branch);
    });
  };

  return {
    suite: () => suite,
    agent: () => agent,
    person: () => person,
    git: () => git,
    ...{ restart, newAgent, headlinesOf, madeOnce, ledBy, killedAt, killsAt },
  };
}
