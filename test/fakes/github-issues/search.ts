import { fullName, type HubIssue } from './hub.ts';

type Part = { readonly not: boolean; readonly key: string | null; readonly value: string };

/** The parts of a search: phrases in quotes, words, and qualifiers with a word or a phrase. */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  for (const match of text.matchAll(/(-?)(?:([a-z]+):)?(?:"([^"]*)"|(\S+))/g)) {
    const [, minus, key, quoted, bare = ''] = match;
    parts.push({ not: minus === '-', key: key ?? null, value: quoted ?? bare });
  }
  return parts;
}

/** Whether an issue is found; throws where GitHub answers 422. */
export function isFound(issue: HubIssue, parts: readonly Part[], known: (login: string) => boolean): boolean {
  return parts.every((part) => holds(issue, part, known) !== part.not);
}

function holds(issue: HubIssue, { key, value }: Part, known: (login: string) => boolean): boolean {
  const folded = value.toLowerCase();
  switch (key) {
    case null:
      return [issue.title, issue.body, ...issue.comments.map(({ body }) => body)].some((text) =>
        text.toLowerCase().includes(folded.trim()),
      );
    case 'repo':
      return fullName(issue.repository).toLowerCase() === folded;
    case 'is':
      return folded === 'issue' ? !issue.isPull : issue.state === folded;
    case 'type':
      return issue.type?.name.toLowerCase() === folded;
    case 'label':
      return issue.labels.some(({ name }) => name.toLowerCase() === folded);
    case 'no':
      return folded === 'type' ? issue.type === null : issue.assignees.length === 0;
    case 'assignee':
      return issue.assignees.some(({ login }) => login.toLowerCase() === loginIn(folded, known));
    case 'author':
      return issue.author.login.toLowerCase() === loginIn(folded, known);
    case 'created':
      return within(issue.createdAt, value);
    case 'updated':
      return within(issue.updatedAt, value);
    default:
      throw new Error(`the fake GitHub does not know the qualifier ${key}`);
  }
}

function loginIn(value: string, known: (login: string) => boolean): string {
  const login = value.startsWith('app/') ? `${value.slice(4)}[bot]` : value;
  if (!known(login)) throw new UnknownUser();
  return login;
}

/** GitHub says so of whom it does not know: that they cannot be searched. */
export class UnknownUser extends Error {}

function within(time: string, range: string): boolean {
  const day = time.slice(0, 10);
  const [, from, to] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(range) ?? [];
  if (from !== undefined && to !== undefined) return day >= from && day <= to;
  return range.startsWith('>=') ? day >= range.slice(2) : day <= range.slice(2);
}
