import { afterAll, expect, test } from 'vitest';
import { ticketContract } from '#test/contracts/tickets/contract.ts';
import type { FakeGithubIssues } from '#test/fakes/github-issues/server.ts';
import { connect, startHub } from './kit.ts';

let fake: FakeGithubIssues | undefined;
afterAll(() => fake?.close());

ticketContract(async () => {
  const started = await startHub();
  const { hub, alice, ops } = started;
  fake = started.fake;
  const github = started.fake;
  const mallory = hub.user('mallory');
  started.app.install(hub.repository('acme/museum', { archived: true }));
  const issueOf = (id: string) => {
    const [repository, number] = id.split('#').map(Number);
    const found = hub.repositories.find((one) => one.id === repository)?.issues.find((one) => one.number === number);
    if (!found) throw new Error(`no issue ${id}`);
    return found;
  };
  return {
    backend: await connect(github),
    ...{ project: 'acme/web', elsewhere: 'acme/ops', type: 'Issue', labels: ['agent', 'bug'] },
    ...{
      statuses: ['Open', 'Closed as completed'],
      unreachable: null,
      assignee: 'bob',
      parents: true,
      archived: 'acme/museum',
    },
    ...{ settleMs: 5_000, paceMs: 0 },
    others: {
      retitle: async ({ id }, title) => hub.retitle(issueOf(id), alice, title),
      commentAsStranger: async ({ id }, text) => hub.comment(issueOf(id), mallory, text, 'NONE'),
      commentMany: async ({ id }, count) => {
        for (let index = 1; index <= count; index += 1) hub.comment(issueOf(id), alice, `Comment ${index}`);
      },
      move: async ({ id }) => hub.transfer(issueOf(id), alice, ops),
      loseAnswer: () => {
        github.nextWrite = 'answer_lost';
      },
      loseRequest: () => {
        github.nextWrite = 'request_lost';
      },
    },
  };
});

test('asks GitHub for nothing that it does not document', () => {
  expect(fake?.violations).toEqual([]);
});
