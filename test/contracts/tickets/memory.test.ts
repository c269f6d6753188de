import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { redeemPermit } from '#shared/changes/permit.ts';
import { people } from '#test/fakes/tickets/seed.ts';
import { FakeTracker } from '#test/fakes/tickets/tracker.ts';
import { ticketContract } from './contract.ts';
import type { TicketPlace } from './place.ts';

/** The tracker in memory, on which the tools are tried, holds to the contract itself. */
ticketContract(async (): Promise<TicketPlace> => {
  const tracker = new FakeTracker();
  return {
    backend: {
      reader: tracker.reader(),
      door: {
        open: async (permit): Promise<TicketWriter> => {
          redeemPermit(permit);
          return tracker.writer();
        },
        done: async () => {},
      },
      close: async () => {},
    },
    ...{ project: 'WEB', elsewhere: 'OPS', type: 'Task', labels: ['agent', 'bug'] },
    ...{ statuses: ['To do', 'In progress'], unreachable: 'Done', assignee: 'bob@acme.example' },
    ...{ settleMs: 5_000, paceMs: 0, parents: true, demanding: 'Incident', archived: 'OLD' },
    others: {
      retitle: async ({ id }, title) => tracker.edit(id, { title }),
      commentAsStranger: async ({ id }, text) => tracker.say(id, text, { author: people.mallory }),
      commentMany: async ({ id }, count) => {
        for (let index = 1; index <= count; index += 1) tracker.say(id, `Comment ${index}`);
      },
      move: async ({ id }) => tracker.move(id, 'OPS'),
      loseAnswer: () => {
        tracker.fault = 'answer_lost';
      },
      loseRequest: () => {
        tracker.fault = 'request_lost';
      },
    },
  };
});
