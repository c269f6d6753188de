import { textOf } from './adf.ts';
import { type Clause, JqlError, parseJql, phrasesOf, type Value } from './jql.ts';
import type { JiraSite } from './site.ts';
import type { JiraIssue } from './state.ts';

/** Finds issues by a query, as the account sees them. Throws JqlError for a query with what Jira does not know. */
export function searchIssues(
  site: JiraSite,
  { jql, account, reconciled }: { jql: string; account: string; reconciled: readonly string[] },
): readonly JiraIssue[] {
  const { where, order } = parseJql(jql);
  if (where === null) throw new JqlError('Unbounded JQL queries are not allowed here.');
  const fits = testOf(site, where, account);
  const visible = site.indexed(reconciled).filter((issue) => site.may(account, site.projectOf(issue)));
  return visible.filter(fits).toSorted((one, other) => {
    for (const { field, descending } of order) {
      const by = compare(sortable(field, one), sortable(field, other));
      if (by !== 0) return descending ? -by : by;
    }
    return compare(Number(one.id), Number(other.id));
  });
}

const compare = (one: number | string, other: number | string): number => (one < other ? -1 : Number(one > other));

function sortable(field: string, issue: JiraIssue): number | string {
  if (field === 'updated') return issue.updated;
  if (field === 'created') return issue.created;
  if (field === 'key') return Number(issue.key.split('-')[1]);
  throw new JqlError(`Not able to sort using field '${field}'.`);
}

type Test = (issue: JiraIssue) => boolean;

function testOf(site: JiraSite, clause: Clause, account: string): Test {
  switch (clause.kind) {
    case 'and': {
      const parts = clause.parts.map((part) => testOf(site, part, account));
      return (issue) => parts.every((part) => part(issue));
    }
    case 'or': {
      const parts = clause.parts.map((part) => testOf(site, part, account));
      return (issue) => parts.some((part) => part(issue));
    }
    case 'not': {
      const part = testOf(site, clause.part, account);
      return (issue) => !part(issue);
    }
    case 'test':
      return fieldTest(site, clause, account);
  }
}

function fieldTest(site: JiraSite, clause: Clause & { kind: 'test' }, account: string): Test {
  const { field, operator, values } = clause;
  if (field === 'text') return textTest(clause);
  if (field === 'updated' || field === 'created') return dayTest(site, clause, account);
  const known = fieldsKnown(site, account)[field];
  if (known === undefined)
    throw new JqlError(`Field '${field}' does not exist or you do not have permission to view it.`);
  const of = known.of;
  if (operator === 'is empty') return (issue) => of(issue).length === 0;
  if (operator === 'is not empty') return (issue) => of(issue).length > 0;
  const wanted = values.map((value) => known.valueOf(value));
  if (operator === '=' || operator === 'in') return (issue) => of(issue).some((one) => wanted.includes(one));
  // As in Jira, what is empty is in no comparison.
  if (operator === '!=' || operator === 'not in') {
    return (issue) => of(issue).length > 0 && !of(issue).some((one) => wanted.includes(one));
  }
  throw new JqlError(`The operator '${operator}' is not supported by the '${field}' field.`);
}

type Known = { readonly of: (issue: JiraIssue) => readonly string[]; readonly valueOf: (value: Value) => string };

function fieldsKnown(site: JiraSite, account: string): Readonly<Record<string, Known>> {
  const named = (field: string, all: readonly { readonly id: string; readonly name: string }[]) => (value: Value) => {
    const found = all.find(({ id, name }) => (!value.quoted && id === value.text) || name === value.text);
    if (found === undefined) throw new JqlError(`The value '${value.text}' does not exist for the field '${field}'.`);
    return found.id;
  };
  const people =
    (field: string) =>
    ({ text, call }: Value) => {
      if (call && text === 'currentUser') return account;
      if (!site.users.has(text)) throw new JqlError(`The value '${text}' does not exist for the field '${field}'.`);
      return text;
    };
  const one = (value: unknown): readonly string[] => (value === null || value === undefined ? [] : [String(value)]);
  const projects = site.projects.map(({ id, key }) => ({ id, name: key }));
  return {
    id: { of: ({ id }) => [id], valueOf: ({ text }) => text },
    project: { of: ({ projectId }) => [projectId], valueOf: named('project', projects) },
    issuetype: { of: ({ typeId }) => [typeId], valueOf: named('issuetype', site.types) },
    status: { of: ({ statusId }) => [statusId], valueOf: named('status', site.statuses) },
    priority: { of: ({ fields }) => one(fields['priority']), valueOf: named('priority', site.priorities) },
    labels: { of: ({ fields }) => (fields['labels'] as string[] | undefined) ?? [], valueOf: ({ text }) => text },
    assignee: { of: ({ fields }) => one(fields['assignee']), valueOf: people('assignee') },
    reporter: { of: ({ fields }) => one(fields['reporter']), valueOf: people('reporter') },
    creator: { of: ({ creator }) => [creator], valueOf: people('creator') },
  };
}

function textTest({ operator, values }: Clause & { kind: 'test' }): Test {
  if (operator !== '~') throw new JqlError(`The operator '${operator}' is not supported by the 'text' field.`);
  const phrases = phrasesOf(values[0]?.text ?? '').map(wordsOf);
  return (issue) => {
    const { summary, description } = issue.fields;
    const text = wordsOf([summary, description, ...issue.comments.map(({ body }) => body)].map(textOf).join(' | '));
    return phrases.every((phrase) => ` ${text} `.includes(` ${phrase} `));
  };
}

const wordsOf = (text: string): string => (text.toLowerCase().match(/[\p{L}\p{N}|]+/gu) ?? []).join(' ');

/** Points in time are in the time zone of the account, to the minute. */
function dayTest(site: JiraSite, { field, operator, values }: Clause & { kind: 'test' }, account: string): Test {
  const text = values[0]?.text ?? '';
  if (!/^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$/.test(text)) {
    throw new JqlError(`Date value '${text}' for field '${field}' is invalid.`);
  }
  const at = instantOf(text, site.users.get(account)?.timeZone ?? 'UTC');
  const of = (issue: JiraIssue): number => (field === 'updated' ? issue.updated : issue.created);
  if (operator === '>=') return (issue) => of(issue) >= at;
  if (operator === '<') return (issue) => of(issue) < at;
  throw new JqlError(`The operator '${operator}' is not supported by the '${field}' field.`);
}

function instantOf(text: string, timeZone: string): number {
  const asIfUtc = Date.parse(`${text.replace(' ', 'T')}${text.includes(' ') ? ':00' : 'T00:00:00'}Z`);
  const shown = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(asIfUtc);
  return asIfUtc - (Date.parse(`${shown.replace(' ', 'T')}Z`) - asIfUtc);
}
