import { readDocument } from '#shared/blueprints/document.ts';
import { explain, messages } from '#shared/blueprints/explain.ts';
import { BlueprintErrors } from '#shared/blueprints/problems.ts';
import { readText } from '#shared/blueprints/text.ts';
import type { People, Person } from './people.ts';
import { peopleSchema } from './schema.ts';

/** Reads people.yaml. Throws `BlueprintErrors` with every problem at once, each with its line and column. */
export function loadPeople(path: string): People {
  const text = readText(path, 'A list of people');
  if (typeof text !== 'string') throw new BlueprintErrors([text]);
  return parsePeople({ text, source: path });
}

/** Parses a text as {@link loadPeople} does a file. */
export function parsePeople({ text, source }: { readonly text: string; readonly source: string }): People {
  const { value, problems, locate } = readDocument({ text, source, what: 'list of people' });
  if (value === null) {
    const problem = { source, line: 1, column: 1, path: '', message: 'There is nobody in this file.' };
    throw new BlueprintErrors([...problems, problem]);
  }
  const parsed = value === undefined ? null : peopleSchema.safeParse(value, { error: messages });
  const issues = parsed?.error?.issues ?? [];
  const all = [...problems, ...explain({ issues, schema: peopleSchema, source, locate })];
  if (all.length > 0 || !parsed?.success) throw new BlueprintErrors(all);
  const people = Object.entries(parsed.data.people).map(([key, one]): [string, Person] => [
    key,
    {
      key,
      signIn: one.sign_in,
      accounts: one.accounts,
      ...(one.git && { git: one.git }),
      groups: [...new Set(one.groups)],
      passkeys: one.passkeys,
    },
  ]);
  const teams = Object.entries(parsed.data.teams).map(([team, group]) => [team.toLowerCase(), group] as const);
  return { all: new Map(people), teams: new Map(teams), source };
}
