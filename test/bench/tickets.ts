import { mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { ticketCapabilities } from '#capabilities/index.ts';
import { partsOf } from '#servers/tickets/embedded/open.ts';
import { seed } from '#servers/tickets/embedded/seed/seed.ts';
import { openTracker } from '#servers/tickets/embedded/tracker/tracker.ts';
import { toJsonSchema } from '#shared/mcp/schema.ts';
import type { Cell, Part, Table } from './part.ts';
import { spread, spreadColumns, timed } from './statistics.ts';
import { fill, withoutTickets } from './tickets/fill.ts';
import { answerOf, ask, questions } from './tickets/questions.ts';

/** How many tickets there are, and how many for a quick look; and how often each question is asked. */
const amounts = { tickets: 100_000, few: 2_000, asked: 100 } as const;

export const tickets: Part = {
  name: 'tickets',
  title: 'Tickets',
  about:
    `The embedded tracker with ${amounts.tickets.toLocaleString('en')} tickets in one project (a few thousand with one round), ` +
    'each with about 60 words and one comment, one of seven in Japanese: how long it takes to fill it (each ticket as a ' +
    'write with its history and its words, a thousand to a transaction), its file, and then, in process, pages of 20 of ' +
    'what is searched for and whole tickets by their keys. After that, what the read tools answer on the demo’s tickets, in ' +
    'tokens of o200k_base and in bytes.',
  measure: async ({ rounds }) => [...(await large(rounds === 1 ? amounts.few : amounts.tickets)), await answers()],
};

async function large(count: number): Promise<Table[]> {
  const path = join(mkdtempSync(join(tmpdir(), 'tickets-')), 'tracker.db');
  const tracker = openTracker({ path, fill: withoutTickets, now: clock() });
  try {
    const [, ms] = await timed(async () => fill(tracker, count));
    tracker.all('pragma wal_checkpoint(truncate)');
    const made = [count, ms / 1_000, (count * 1_000) / ms, statSync(path).size / 1e6];
    const { reader } = partsOf(tracker);
    const rows: Cell[][] = [];
    for (const [what, query] of questions) rows.push([what, ...(await asked((at) => ask(reader, query(at))))]);
    const key = (at: number): string => `WEB-${1 + ((at * 997) % count)}`;
    rows.push(['a ticket by its key', ...(await asked((at) => reader.ticket(key(at))))]);
    return [
      {
        columns: [{ name: 'tickets' }, { name: 's' }, { name: 'per second' }, { name: 'MB', digits: 1 }],
        rows: [made],
      },
      { columns: [{ name: 'what' }, ...spreadColumns], rows },
    ];
  } finally {
    tracker.close();
  }
}

/** A minute between two tickets. */
function clock(): () => number {
  let time = Date.parse('2026-01-01T00:00:00Z');
  return () => {
    time += 60_000;
    return time;
  };
}

async function asked(question: (at: number) => Promise<unknown>): Promise<ReturnType<typeof spread>> {
  const samples: number[] = [];
  await question(0);
  for (let at = 0; at < amounts.asked; at += 1) samples.push((await timed(() => question(at)))[1]);
  return spread(samples);
}

const calls: readonly (readonly [what: string, tool: string, args: object])[] = [
  ['two projects', 'list_projects', {}],
  ['a page of 20 tickets', 'search_tickets', {}],
  ['5 tickets of a search', 'search_tickets', { query: 'is:open type:Bug', limit: 5 }],
  ['a ticket with 2 comments and 4 links', 'get_ticket', { ticket: 'WEB-12' }],
  ['what it can be brought to', 'list_transitions', { ticket: 'WEB-12' }],
  ['its history', 'get_ticket_history', { ticket: 'WEB-12' }],
];

async function answers(): Promise<Table> {
  const tracker = openTracker({ path: ':memory:', fill: seed, now: Date.now });
  try {
    const { reader } = partsOf(tracker);
    const tools = ticketCapabilities.flatMap((capability) => [...capability.tools]);
    const listed = tools.map(({ name, description, input }) => ({
      name,
      description,
      inputSchema: toJsonSchema(input, 'input'),
    }));
    const rows = [sized(`the ${tools.length} tools`, 'tools/list', listed)];
    for (const [what, tool, args] of calls) rows.push(sized(what, tool, await answerOf(reader, tool, args)));
    return { columns: [{ name: 'answer' }, { name: 'tool' }, { name: 'tokens' }, { name: 'bytes' }], rows };
  } finally {
    tracker.close();
  }
}

function sized(what: string, tool: string, answer: unknown): Cell[] {
  const text = JSON.stringify(answer);
  return [what, tool, encode(text).length, Buffer.byteLength(text)];
}
