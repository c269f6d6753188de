import { ticketContract } from '#test/contracts/tickets/contract.ts';
import type { TicketPlace } from '#test/contracts/tickets/place.ts';
import { describeLinear } from '#test/fakes/linear/describe.ts';
import type { Issue } from '#test/fakes/linear/things.ts';
import { openPlace } from './place.ts';

describeLinear('Linear holds to the contract of tickets', () => {
  ticketContract(async (): Promise<TicketPlace> => {
    const { fake, backend, ops, alice, bob, close } = await openPlace();
    const { workspace } = fake;
    const issueOf = ({ id }: { readonly id: string }): Issue => {
      const issue = workspace.issues.get(id);
      if (issue === undefined) throw new Error('no such issue');
      return issue;
    };
    return {
      backend: { ...backend, close },
      ...{ project: 'WEB', elsewhere: 'OPS', type: 'Issue', labels: ['agent', 'bug'] },
      ...{ statuses: ['Backlog', 'In Progress'], unreachable: null, assignee: bob.email },
      ...{ settleMs: 5_000, paceMs: 0 },
      others: {
        retitle: async (ticket, title) => {
          const issue = issueOf(ticket);
          workspace.change(issue, { title }, alice.id, { fromTitle: issue.title, toTitle: title });
        },
        commentAsStranger: async ({ id }, text) =>
          workspace.say(id, text, { externalUser: { id: crypto.randomUUID(), name: 'Mallory' } }),
        commentMany: async ({ id }, count) => {
          for (let index = 1; index <= count; index += 1) workspace.say(id, `Comment ${index}`, { userId: alice.id });
        },
        move: async (ticket) => workspace.move(issueOf(ticket), ops, alice.id),
        loseAnswer: () => fake.mishaps.push({ on: 'mutation', act: 'lose_answer' }),
        loseRequest: () => fake.mishaps.push({ on: 'mutation', act: 'lose_request' }),
      },
    };
  });
});
