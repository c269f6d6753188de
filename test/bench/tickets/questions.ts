import { ticketRead } from '#capabilities/ticket-read/capability.ts';
import type { TicketQuery, TicketReader } from '#capabilities/ticket-read/ports.ts';
import { rare, words } from './fill.ts';

const nothing: TicketQuery = {
  ...{ projects: ['WEB'], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [] },
  ...{ withoutLabels: [], assignee: null, reporter: null, sort: 'updated' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
};

const [english, japanese] = [words.english.split(' '), words.japanese.split(' ')];
const pick = (list: readonly string[], at: number): string => list[at % list.length] ?? '';

/** What is searched for, by what it is called; `at` makes each a little other than the one before. */
export const questions: readonly (readonly [what: string, query: (at: number) => Partial<TicketQuery>])[] = [
  ['no words: the latest', () => ({})],
  ['a rare word', (at) => ({ text: [rare.word(at * 37)] })],
  ['a common word', (at) => ({ text: [pick(english, at % 10)] })],
  ['two common words', (at) => ({ text: [pick(english, at % 10), pick(english, 10 + (at % 10))] })],
  ['a phrase', (at) => ({ text: [`${pick(english, at % 10)} ${pick(english, at % 9)}`] })],
  ['Japanese', (at) => ({ text: [pick(japanese, at)] })],
  [
    'filters: status, type, priority',
    (at) => ({ statuses: ['To do'], types: ['Task'], priorities: [['High', 'Low'][at % 2] ?? ''] }),
  ],
  ['filters: assigned to this account', () => ({ assignee: 'me' })],
  ['filters: a rare label', (at) => ({ labels: [rare.label(at)] })],
  ['filters that nothing passes', () => ({ statuses: ['Done'] })],
  ['both: a rare label, a common word', (at) => ({ labels: [rare.label(at)], text: [pick(english, at % 10)] })],
  ['both: a common word, an assignee', (at) => ({ text: [pick(english, at % 10)], assignee: 'bob' })],
];

/** A page of 20, as search_tickets asks for it. */
export async function ask(reader: TicketReader, query: Partial<TicketQuery>): Promise<number> {
  return (await reader.search({ ...nothing, ...query }, { limit: 20 })).items.length;
}

/** What a read tool answers to an agent that may read WEB and HELP. */
export async function answerOf(reader: TicketReader, name: string, args: object): Promise<unknown> {
  const tool = ticketRead.tools.find((each) => each.name === name);
  if (tool?.kind !== 'read') throw new Error(`There is no tool ${name}.`);
  const scope = ticketRead.scope.parse({ projects: ['WEB', 'HELP'] });
  const may = (wanted: Parameters<typeof ticketRead.denies>[1]): boolean => ticketRead.denies(scope, wanted) === null;
  return tool.read(tool.input.parse(args), reader, may, ticketRead.opens?.(scope) ?? []);
}
