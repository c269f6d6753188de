import * as z from 'zod';
import type { TicketQuery } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import { projectKey } from './keys.ts';
import { type QueryTerm, termsOf } from './query-terms.ts';

/** How many values a search may name in all. */
const mostTerms = 30;

const none: TicketQuery = {
  ...{ projects: [], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [], withoutLabels: [] },
  ...{ assignee: null, reporter: null, sort: 'updated' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
};

const categories: Readonly<Record<string, TicketQuery['categories']>> = {
  open: ['todo', 'in_progress'],
  todo: ['todo'],
  'in-progress': ['in_progress'],
  closed: ['done'],
};

type Value = { readonly value: string; readonly name: string };

/** What each key adds to a search. */
const keys: Readonly<Record<string, (query: TicketQuery, value: Value) => TicketQuery>> = {
  project: (query, { value, name }) => {
    if (!projectKey.safeParse(value).success)
      throw wrong(name, 'the key of a project, such as WEB or owner/repository');
    return { ...query, projects: [...query.projects, value] };
  },
  status: (query, { value }) => ({ ...query, statuses: [...query.statuses, value] }),
  is: (query, { value, name }) => {
    const named = Object.hasOwn(categories, value) ? categories[value] : undefined;
    if (named === undefined) throw wrong(name, Object.keys(categories).join(', '));
    return { ...query, categories: [...new Set([...query.categories, ...named])] };
  },
  type: (query, { value }) => ({ ...query, types: [...query.types, value] }),
  label: (query, { value }) => ({ ...query, labels: [...query.labels, value] }),
  '-label': (query, { value }) => ({ ...query, withoutLabels: [...query.withoutLabels, value] }),
  priority: (query, { value }) => ({ ...query, priorities: [...query.priorities, value] }),
  assignee: (query, { value, name }) => ({ ...query, assignee: once(query.assignee, value, name) }),
  reporter: (query, { value, name }) => ({ ...query, reporter: once(query.reporter, value, name) }),
  updated: (query, value) => ({ ...query, updated: narrowed(query.updated, value) }),
  created: (query, value) => ({ ...query, created: narrowed(query.created, value) }),
  sort: (query, { value, name }) => {
    if (value !== 'updated' && value !== 'created') throw wrong(name, 'updated or created');
    return { ...query, sort: value };
  },
};

/**
 * What a search says, in the language that docs/tickets.md describes. Every value is data from here on. Its `projects` are
 * those that it names; none where it names none.
 * @throws AppError `invalid_arguments` that says what is allowed
 */
export function parseQuery(text: string): TicketQuery {
  const terms = termsOf(text);
  if (terms.length > mostTerms) throw new AppError('invalid_arguments', `The query has more than ${mostTerms} parts.`);
  return terms.reduce(withTerm, none);
}

function withTerm(query: TicketQuery, { key, value, quoted }: QueryTerm): TicketQuery {
  if (key === null) {
    if (!quoted && /^(?:AND|OR|NOT)$/.test(value)) throw noOperators(value);
    if (!quoted && /^-./.test(value)) throw notWithout();
    const [, equated] = /^([a-z]+)=/.exec(value) ?? [];
    if (!quoted && equated !== undefined && Object.hasOwn(keys, equated)) throw withColon(equated);
    return { ...query, text: [...query.text, value] };
  }
  const add = Object.hasOwn(keys, key) ? keys[key] : undefined;
  if (add === undefined) throw unknownKey(key);
  if (value === '') throw wrong(key, 'a value right after the colon');
  return add(query, { value, name: key });
}

function withColon(key: string): AppError {
  return new AppError(
    'invalid_arguments',
    `The query has no "${key}=": it is "${key}:" and the value right after it.`,
    {
      next: 'Put the word in quotes to search for it.',
    },
  );
}

function unknownKey(key: string): AppError {
  const known = Object.keys(keys).map((each) => `${each}:`);
  return new AppError(
    'invalid_arguments',
    `The query has no ${JSON.stringify(`${key}:`)}. There are ${known.join(' ')}`,
    {
      next: 'Put text that has a colon in double quotes.',
    },
  );
}

function noOperators(word: string): AppError {
  return new AppError('invalid_arguments', `The query has no ${word}: all of its parts must hold.`, {
    next: 'Repeat status:, type:, is:, priority: or project: for any of several. Put the word in quotes to search for it.',
  });
}

function notWithout(): AppError {
  return new AppError('invalid_arguments', 'Of what must not be there, the query has only -label:.', {
    next: 'Put text that begins with "-" in double quotes.',
  });
}

function wrong(key: string, allowed: string): AppError {
  return new AppError('invalid_arguments', `${key}: in the query takes ${allowed}.`);
}

function once(before: string | null, value: string, key: string): string {
  if (before === null || before === value) return value;
  throw new AppError('invalid_arguments', `${key}: can be in the query once.`);
}

type Days = TicketQuery['updated'];
const day = z.iso.date();

/** The days that are left of some where a value such as `>=2026-11-01` holds too. */
function narrowed(before: Days, { value, name }: Value): Days {
  const [, sign = '', text = ''] = /^(>=|<=|>|<)?(.*)$/s.exec(value) ?? [];
  if (!day.safeParse(text).success)
    throw wrong(name, 'a day such as >=2026-11-01, with >=, <=, >, < or nothing before it');
  const at = sign === '>' || sign === '<' ? neighbour(text, sign === '>' ? 1 : -1) : text;
  const from = sign.startsWith('<') ? before.from : latest(before.from, at);
  const to = sign.startsWith('>') ? before.to : earliest(before.to, at);
  return { from, to };
}

/** The day after a day, or before it; itself at the ends of what four digits can say. */
function neighbour(text: string, days: 1 | -1): string {
  const moved = new Date(Date.parse(text) + days * 86_400_000).toISOString().slice(0, 10);
  return day.safeParse(moved).success ? moved : text;
}

const latest = (one: string | null, other: string): string => (one !== null && one > other ? one : other);
const earliest = (one: string | null, other: string): string => (one !== null && one < other ? one : other);
