import { expect } from 'vitest';
import { ticketContract } from '#test/contracts/tickets/contract.ts';
import type { TicketPlace } from '#test/contracts/tickets/place.ts';
import { all, paragraph } from '#test/fakes/jira/site.ts';
import { issueOf, openPlace } from './place.ts';

ticketContract(async (): Promise<TicketPlace> => {
  const jira = await openPlace();
  const { fake, ops, bot, alice, mallory, close } = jira;
  const { site } = fake;
  site.premium = true;
  site.administrators.add(bot.accountId);
  site.field('Severity', { custom: 'select', type: 'option', options: ['High'], requiredBy: ['Bug'] });
  const old = site.project('OLD');
  old.archived = true;
  old.permissions.set(bot.accountId, new Set(all));
  const backend = await jira.open({ archive: true });
  return {
    backend: {
      ...backend,
      close: async () => {
        await close();
        expect(fake.violations).toEqual([]);
      },
    },
    ...{ project: 'WEB', elsewhere: 'OPS', type: 'Task', labels: ['agent', 'bug'] },
    ...{
      statuses: ['To do', 'In progress'],
      unreachable: 'Done',
      assignee: 'alice@acme.example',
      parents: true,
      demanding: 'Bug',
      archived: 'OLD',
    },
    ...{ settleMs: 5_000, paceMs: 0 },
    others: {
      retitle: async (ticket, title) => site.edit(issueOf(jira, ticket), { summary: title }, alice.accountId),
      commentAsStranger: async (ticket, text) => site.say(issueOf(jira, ticket), paragraph(text), mallory.accountId),
      commentMany: async (ticket, count) => {
        const issue = issueOf(jira, ticket);
        for (let index = 1; index <= count; index += 1) site.say(issue, paragraph(`Comment ${index}`), alice.accountId);
      },
      move: async (ticket) => site.move(issueOf(jira, ticket), ops),
      loseAnswer: () => fake.mishaps.push({ on: 'write', act: 'lose_answer' }),
      loseRequest: () => fake.mishaps.push({ on: 'write', act: 'lose_request' }),
    },
  };
});
