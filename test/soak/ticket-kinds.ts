import { isDeepStrictEqual } from 'node:util';
import { withdrawn } from '#capabilities/ticket-write/comment/text.ts';
import type { Bench } from './bench.ts';
import {
  carryOut,
  type Effects,
  type Kind,
  type Proposed,
  proposed,
  proposePullRequest,
  pullRequestsOf,
  restoreOf,
} from './prepare.ts';
import { madeBy, type Seen, seenOf, timesTold } from './tracker.ts';

type Restores = 0 | 1 | 2;

/** One kind of write to a ticket. */
type Writing = {
  readonly name: string;
  readonly tool: string;
  /** What is asked beside the ticket, where something has to be there for it. */
  readonly asks: (bench: Bench, key: string) => Promise<object>;
  /** Whether the ticket is as it was asked for. */
  readonly isDone: (now: Seen, before: Seen) => boolean;
  /** Whether it was put back; as it was before unless given. */
  readonly isBack?: (now: Seen, before: Seen) => boolean;
};

const reason = 'a fault is tried';

export async function proposeTicket(bench: Bench, tool: string, args: object): Promise<string> {
  return (await bench.ticketAgent().call(tool, { reason, ...args })).change_id;
}

export async function newTicket(bench: Bench): Promise<string> {
  const args = { project: 'WEB', type: 'Task', title: `Work on ${bench.fresh()}`, labels: ['soak'] };
  const [key] = madeBy(bench, await carryOut(bench, await proposeTicket(bench, 'create_ticket', args)));
  if (key === undefined) throw new Error('a ticket without a fault is not there');
  return key;
}

/** What a change did to a ticket: how often the history tells of it, and whether the ticket is as it has to be. */
function onTicket(bench: Bench, key: string, id: string, isSo: (now: Seen) => boolean): Proposed {
  const effects = async (): Promise<Effects> => ({
    told: timesTold(bench, key, id),
    there: isSo(seenOf(bench, key)) ? 1 : 0,
  });
  return proposed(bench, id, effects);
}

const prefixes = ['', 'restore-', 'restore-restore-'] as const;

const same = (now: Seen, before: Seen): boolean => isDeepStrictEqual(now, before);

const kindOf =
  ({ name, tool, asks, isDone, isBack = same }: Writing) =>
  (restores: Restores): Kind => ({
    name: `${prefixes[restores]}ticket-${name}`,
    on: 'tickets',
    prepare: async (bench) => {
      const key = await newTicket(bench);
      const args = await asks(bench, key);
      const before = seenOf(bench, key);
      const made = await proposeTicket(bench, tool, { ticket: key, ...args });
      if (restores === 0) return onTicket(bench, key, made, (now) => isDone(now, before));
      await carryOut(bench, made);
      const left = seenOf(bench, key);
      const undo = await restoreOf(bench, made);
      if (restores === 1) return onTicket(bench, key, undo, (now) => isBack(now, before));
      const again = await restoreOf(bench, await carryOut(bench, undo));
      return onTicket(bench, key, again, (now) => same(now, left));
    },
  });

const bodies = ({ comments }: Seen): readonly unknown[] => comments.map(({ body }) => body);
const words = 'A comment that is written once.';
const others = 'Another text.';

async function commentOn(bench: Bench, key: string): Promise<string> {
  await carryOut(bench, await proposeTicket(bench, 'add_comment', { ticket: key, body: words }));
  return String(seenOf(bench, key).comments[0]?.['id']);
}

const writings: readonly Writing[] = [
  {
    name: 'update',
    tool: 'update_ticket',
    asks: async () => ({ title: 'Another title', description: others, labels: ['soak', 'tried'] }),
    isDone: ({ ticket, labels }) =>
      ticket['title'] === 'Another title' && ticket['description'] === others && labels.length === 2,
  },
  {
    name: 'transition',
    tool: 'transition_ticket',
    asks: async () => ({ to_status: 'In progress' }),
    isDone: (now, before) => now.ticket['status'] !== before.ticket['status'],
  },
  {
    name: 'comment',
    tool: 'add_comment',
    asks: async () => ({ body: words }),
    isDone: (now) => isDeepStrictEqual(bodies(now), [words]),
    isBack: (now) => isDeepStrictEqual(bodies(now), [withdrawn]),
  },
  {
    name: 'edit-comment',
    tool: 'update_comment',
    asks: async (bench, key) => ({ comment: await commentOn(bench, key), body: others }),
    isDone: (now) => isDeepStrictEqual(bodies(now), [others]),
  },
  {
    name: 'link',
    tool: 'link_tickets',
    asks: async (bench) => ({ relation: 'blocks', other: await newTicket(bench) }),
    isDone: ({ links }) => links.length === 1,
  },
  {
    name: 'archive',
    tool: 'archive_ticket',
    asks: async () => ({}),
    isDone: ({ ticket }) => ticket['archived'] === 1,
  },
];

const create: Kind = {
  name: 'ticket-create',
  on: 'tickets',
  prepare: async (bench) => {
    const id = await proposeTicket(bench, 'create_ticket', { project: 'WEB', type: 'Task', title: bench.fresh() });
    return proposed(bench, id, async () => ({ create_ticket: madeBy(bench, id).length }));
  },
};

/** The ticket goes into the archive, and comes back out of it. */
const restoreCreate = (restores: 1 | 2): Kind => ({
  name: `${prefixes[restores]}ticket-create`,
  on: 'tickets',
  prepare: async (bench) => {
    const title = bench.fresh();
    const made = await carryOut(
      bench,
      await proposeTicket(bench, 'create_ticket', { project: 'WEB', type: 'Task', title }),
    );
    const [key = ''] = madeBy(bench, made);
    const left = seenOf(bench, key);
    const undo = await restoreOf(bench, made);
    if (restores === 1) return onTicket(bench, key, undo, ({ ticket }) => ticket['archived'] === 1);
    return onTicket(bench, key, await restoreOf(bench, await carryOut(bench, undo)), (now) => same(now, left));
  },
});

/** A pull request, a comment that links to it, and the ticket goes on: three changes of two servers. */
const chain: Kind = {
  name: 'ticket-chain',
  on: 'tickets',
  several: true,
  prepare: async (bench) => {
    const key = await newTicket(bench);
    const before = seenOf(bench, key);
    const branch = bench.fresh();
    const pull = await proposePullRequest(bench, branch);
    const body = 'See {{after.pull_request_url}}.';
    const said = await proposeTicket(bench, 'add_comment', { ticket: key, body, after: pull });
    const id = await proposeTicket(bench, 'transition_ticket', { ticket: key, to_status: 'In progress', after: said });
    return {
      id,
      writes: [said, id],
      begin: async () => {
        for (const each of [pull, said, id]) await bench.person.approve(each);
        return id;
      },
      effects: async () => {
        const now = seenOf(bench, key);
        const linked = bodies(now).filter((text) => /^See http\S+\/pull\/\d+\.$/.test(String(text)));
        return {
          open_pull_request: (await pullRequestsOf(bench, branch)).length,
          comment: timesTold(bench, key, said),
          linked: linked.length,
          transition: timesTold(bench, key, id),
          moved: now.ticket['status'] === before.ticket['status'] ? 0 : 1,
        };
      },
    };
  },
};

/** Every kind of write of the ticket tools, on the embedded tracker. */
export const ticketKinds: readonly Kind[] = [
  ...[create, restoreCreate(1), restoreCreate(2)],
  ...writings.flatMap((writing) => ([0, 1, 2] as const).map(kindOf(writing))),
  chain,
];
