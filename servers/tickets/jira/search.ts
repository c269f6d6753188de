import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import { sameName } from '#capabilities/ticket/keys.ts';
import type { Named, Status } from '#capabilities/ticket/types.ts';
import type { TicketQuery, TicketSummary } from '#capabilities/ticket-read/ports.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { issueSummary } from './answers.ts';
import { containsPhrase, inIds, inTexts, minuteIn, quoted } from './jql.ts';
import { accountsNamed, type Myself } from './people.ts';
import type { Projects, Searched } from './projects.ts';
import { summaryOf } from './tickets.ts';

const found = z.object({ issues: z.array(issueSummary).default([]), nextPageToken: z.string().nullish() });

const summaryFields = [
  ...['project', 'issuetype', 'summary', 'status', 'labels', 'assignee', 'reporter', 'priority', 'created', 'updated'],
];

/** With fields, Jira gives no more than this at once. */
const mostAtOnce = 100;

/** What a search needs besides the requests. */
export type SearchOptions = {
  readonly reads: Reads;
  readonly projects: Projects;
  readonly myself: () => Promise<Myself>;
  readonly site: string;
};

const nothing: Page<never> = { items: [], cursor: null };

/**
 * One page of a search. Names become ids first, because Jira takes no search with a name in it that it does not know;
 * what nothing can match is not asked for.
 */
export async function search(
  options: SearchOptions,
  query: TicketQuery,
  page: PageRequest,
): Promise<Page<TicketSummary>> {
  const jql = await jqlOf(options, query);
  if (jql === null) return nothing;
  const body = {
    jql,
    fields: summaryFields,
    maxResults: Math.min(page.limit, mostAtOnce),
    ...(page.cursor !== undefined && { nextPageToken: page.cursor }),
  };
  const answer = await options.reads.query({ path: ['search', 'jql'], body, answer: found });
  if (answer === null) return nothing;
  const items = answer.issues.map((each) => summaryOf(options.site, each));
  return { items, cursor: answer.nextPageToken ?? null };
}

/** Null where no ticket can be so. */
async function jqlOf({ reads, projects, myself }: SearchOptions, query: TicketQuery): Promise<string | null> {
  const known = (await Promise.all(query.projects.map(projects.searched))).filter((one) => one !== null);
  const priorities = query.priorities.length === 0 ? [] : await projects.priorities();
  const ids = [
    ['project', known.map(({ id }) => id)] as const,
    ...chosen(
      'issuetype',
      query.types,
      known.flatMap(({ types }) => types),
    ),
    ...chosen('priority', query.priorities, priorities),
    ...statusIds(query, known),
  ];
  if (ids.some(([, each]) => each.length === 0)) return null;
  const people = await Promise.all([
    personClause(reads, 'assignee', query.assignee),
    personClause(reads, 'reporter', query.reporter),
  ]);
  if (people.includes(null)) return null;
  const { timeZone } = await myself();
  const clauses = [
    ...ids.map(([field, each]) => inIds(field, [...new Set(each)])),
    ...people,
    ...query.text.map(containsPhrase),
    ...query.labels.map((label) => `labels = ${quoted(label)}`),
    ...(query.withoutLabels.length === 0 ? [] : [`(labels IS EMPTY OR labels NOT ${inLabels(query.withoutLabels)})`]),
    ...days('updated', query.updated, timeZone),
    ...days('created', query.created, timeZone),
  ].filter((clause) => clause !== '');
  return `${clauses.join(' AND ')} ORDER BY ${query.sort} DESC, key DESC`;
}

const inLabels = (labels: readonly string[]): string => inTexts('', labels).trim();

type Ids = readonly [field: string, ids: readonly string[]];

function chosen(field: string, names: readonly string[], all: readonly Named[]): readonly Ids[] {
  if (names.length === 0) return [];
  return [[field, all.filter(({ name }) => names.some((one) => sameName(one, name))).map(({ id }) => id)]];
}

/** Names and categories are one choice of statuses, those that are both. */
function statusIds({ statuses, categories }: TicketQuery, known: readonly Searched[]): readonly Ids[] {
  if (statuses.length === 0 && categories.length === 0) return [];
  const fits = ({ name, category }: Status): boolean =>
    (statuses.length === 0 || statuses.some((one) => sameName(one, name))) &&
    (categories.length === 0 || categories.includes(category));
  return [['status', known.flatMap((project) => project.statuses.filter(fits)).map(({ id }) => id)]];
}

/** The empty text says nothing; null that nobody is so. */
async function personClause(reads: Reads, field: string, who: string | null): Promise<string | null> {
  if (who === null) return '';
  if (who === 'me') return `${field} = currentUser()`;
  if (who === 'none') return `${field} IS EMPTY`;
  const accounts = await accountsNamed(reads, who);
  return accounts.length === 0 ? null : inTexts(field, accounts);
}

const dayMs = 24 * 60 * 60_000;

function days(field: string, { from, to }: TicketQuery['updated'], timeZone: string): readonly string[] {
  const at = (day: string, after: number): string => quoted(minuteIn(timeZone, Date.parse(`${day}T00:00:00Z`) + after));
  return [
    ...(from === null ? [] : [`${field} >= ${at(from, 0)}`]),
    ...(to === null ? [] : [`${field} < ${at(to, dayMs)}`]),
  ];
}
