import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import { partsOf } from '#servers/tickets/embedded/open.ts';
import { handsOf } from '#servers/tickets/embedded/people/hands.ts';
import { archiveProject, createProject, setMember } from '#servers/tickets/embedded/people/projects.ts';
import { projects } from '#servers/tickets/embedded/seed/projects.ts';
import { openTracker } from '#servers/tickets/embedded/tracker/tracker.ts';
import { perform } from '#servers/tickets/embedded/write/perform.ts';
import { ticketContract } from '#test/contracts/tickets/contract.ts';
import type { TicketPlace } from '#test/contracts/tickets/place.ts';
import { markdown, onlyProjects } from './tracker.ts';

/** The network between server and backend is a call here: what gets lost of it is lost around the door. */
ticketContract(async (): Promise<TicketPlace> => {
  const tracker = openTracker({ path: ':memory:', now: Date.now, fill: onlyProjects });
  const [web] = projects;
  if (web === undefined) throw new Error('the demo has no projects');
  createProject(tracker, { ...web, key: 'OPS', name: 'Operations' });
  createProject(tracker, { ...web, key: 'OLD', name: 'What was' });
  archiveProject(tracker, 'OLD', true);
  setMember(tracker, 'WEB', { login: 'tomas', standing: 'guest', access: 'write' });
  const { reader, door, close } = partsOf(tracker);
  const [bob, tomas] = [handsOf(tracker, 'bob'), handsOf(tracker, 'tomas')];
  let lost: 'answer' | 'request' | null = null;
  const losing = (writer: TicketWriter): TicketWriter => ({
    write: async (wanted, mark) => {
      const what = lost;
      lost = null;
      if (what === 'request') throw new Error('the request was lost');
      const written = await writer.write(wanted, mark);
      if (what === 'answer') throw new Error('the answer was lost');
      return written;
    },
  });
  return {
    backend: { reader, close, door: { ...door, open: async (permit) => losing(await door.open(permit)) } },
    ...{
      project: 'WEB',
      elsewhere: 'OPS',
      type: 'Task',
      parents: true,
      demanding: 'Bug',
      archived: 'OLD',
      labels: ['agent', 'bug'],
    },
    ...{ statuses: ['To do', 'In progress'], unreachable: 'Done', assignee: 'bob@acme.example' },
    ...{ settleMs: 5_000, paceMs: 0 },
    others: {
      retitle: async ({ key }, title) => bob.edit(key, { title }),
      commentAsStranger: async ({ key }, text) => tomas.comment(key, text),
      commentMany: async (ticket, count) => {
        const writing = { tracker, actor: { person: 3, changeId: null }, at: Date.now() };
        tracker.write(() => {
          for (let number = 1; number <= count; number += 1) {
            const body = markdown(`Comment ${number}`);
            perform(writing, { kind: 'comment', ticket, body, visibleTo: 'team' });
          }
        });
      },
      move: async ({ key }) => bob.move(key, 'OPS'),
      loseAnswer: () => {
        lost = 'answer';
      },
      loseRequest: () => {
        lost = 'request';
      },
    },
  };
});
