import { type Agent, agentOf } from '#test/e2e/people.ts';
import { startTestSuite } from '#test/e2e/suite.ts';
import { blueprintText } from './blueprint.ts';
import { type Decider, deciderOf, type Landing, lookMs } from './landing.ts';
import { type Part, warmUpRounds } from './part.ts';
import { spread, spreadColumns, timed } from './statistics.ts';

const repository = 'acme/storefront';
const proposalsPerRound = 2;

/** Milliseconds; `proposed` is the agent's call until its answer. */
type Times = Landing & { readonly proposed: number };

type Actors = { readonly agent: Agent; readonly decider: Decider };

export const changes: Part = {
  name: 'changes',
  title: 'From a proposal to what has landed',
  about:
    'The whole suite as processes of its own with forge, the stand-in for GitHub, on the same machine; a real ' +
    'GitHub adds its own time to each of the round trips below. The two tools in turn, one change after the other, ' +
    'each of one file: the agent’s call until its answer, the person’s decision until its answer, and from then ' +
    `until the ledger has the change as applied, looked at every ${lookMs} ms. A pull request is a branch, a signed ` +
    'commit and a draft, three steps; commit_files is one step on a branch that exists.',
  measure: async ({ rounds }) => {
    const warmUps = Math.min(warmUpRounds(rounds), 2);
    const suite = await startTestSuite({ blueprints: { 'bench.yaml': blueprintText } });
    const agent = await agentOf(suite.mcpUrl('github'));
    const decider = deciderOf(suite);
    try {
      const pulls: Times[] = [];
      const commits: Times[] = [];
      // In turn, so that whatever else the machine does meets both alike.
      for (let at = 0; at < warmUps + rounds * proposalsPerRound; at += 1) {
        pulls.push(await carryOut({ agent, decider }, 'propose_pull_request', pullRequest(at)));
        commits.push(await carryOut({ agent, decider }, 'commit_files', commit(at)));
      }
      return [
        {
          columns: [{ name: 'what' }, ...spreadColumns],
          rows: [
            ...rowsOf('propose_pull_request', pulls.slice(warmUps)),
            ...rowsOf('commit_files', commits.slice(warmUps)),
          ],
        },
      ];
    } finally {
      decider.close();
      await agent.close();
      await suite.stop();
    }
  },
};

const branchOf = (at: number): string => `agent/bench-${at}`;
const fileOf = (at: number): object => ({ path: `docs/bench-${at}.md`, content: `# Measured\n\nNumber ${at}.\n` });

function pullRequest(at: number): object {
  return { repository, branch: branchOf(at), title: `Number ${at}`, reason: 'to measure', files: [fileOf(at)] };
}

/** All on one branch, which the first pull request has made. */
function commit(at: number): object {
  const file = fileOf(at + 10_000);
  return { repository, branch: branchOf(0), message: `Number ${at}`, reason: 'to measure', files: [file] };
}

async function carryOut({ agent, decider }: Actors, tool: string, args: object): Promise<Times> {
  const [{ change_id: id }, proposed] = await timed(() => agent.call(tool, args));
  return { proposed, ...(await decider.land(id)) };
}

function rowsOf(tool: string, times: readonly Times[]): (string | number)[][] {
  return [
    [`${tool}: call → answer`, ...spread(times.map(({ proposed }) => proposed))],
    [`${tool}: decision → answer`, ...spread(times.map(({ decided }) => decided))],
    [`${tool}: decision’s answer → applied`, ...spread(times.map(({ landed }) => landed))],
  ];
}
