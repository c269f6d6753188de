import type { FieldValues, Person, ProjectRef } from '#capabilities/ticket/types.ts';
import { labels } from './documents/queries.ts';
import type { LinearIssue } from './documents/shapes.ts';
import { notDone } from './errors.ts';
import type { Send } from './transport.ts';

type LabelIds = { readonly added: readonly string[]; readonly removed: readonly string[] };

/** What both inputs of Linear, to make an issue and to change one, hold of the fields; those that are not given are left out. */
export function fieldInput({ title, description, assignees, priority, parent, due, custom }: FieldValues) {
  if (custom !== undefined && custom.length > 0) throw refusal('Linear has no fields of a project.');
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description: description?.text ?? null }),
    ...(assignees !== undefined && assigned(assignees)),
    ...(priority !== undefined && { priority: Number(priority?.id ?? 0) }),
    ...(parent !== undefined && { parentId: parent?.id ?? null }),
    ...(due !== undefined && { dueDate: due }),
  };
}

/** Linear assigns an issue to a person, and delegates it to an application. */
function assigned(assignees: readonly Person[]) {
  const apps = assignees.filter(({ standing }) => standing === 'app');
  const people = assignees.filter(({ standing }) => standing !== 'app');
  if (apps.length > 1 || people.length > 1) {
    throw refusal('Linear assigns an issue to one person, and delegates it to one application.');
  }
  return { assigneeId: people[0]?.id ?? null, delegateId: apps[0]?.id ?? null };
}

/**
 * The ids of the labels that are put on and taken off, so that those which others put on in the meantime stay. Throws
 * `NotDone` for a label that the team has not, or has twice: none is made.
 */
export async function labelChanges(
  read: Send,
  teamId: string,
  wanted: readonly string[],
  before: LinearIssue['labels']['nodes'],
): Promise<LabelIds> {
  const removed = before.filter(({ name }) => !wanted.includes(name)).map(({ id }) => id);
  const names = wanted.filter((name) => !before.some((label) => label.name === name));
  if (names.length === 0) return { added: [], removed };
  const known = await labelsCalled(read, teamId, names);
  const added = names.map((name) => {
    const [one, ...others] = known(name);
    if (one === undefined)
      throw refusal('A label is not there: neither the team nor the workspace has it, and none is made.');
    if (others.length > 0) throw refusal('A label cannot be told from another one: there are two of its name.');
    return one.id;
  });
  return { added, removed };
}

/** Those of the names that not exactly one label has which a team can use. */
export async function unknownLabels(
  read: Send,
  { id }: Pick<ProjectRef, 'id'>,
  names: readonly string[],
): Promise<readonly string[]> {
  const known = await labelsCalled(read, id, names);
  return names.filter((name) => known(name).length !== 1);
}

/** The labels of the workspace and of a team that have a name, in that spelling. */
async function labelsCalled(read: Send, teamId: string, names: readonly string[]) {
  const ofTeam = { or: [{ team: { null: true } }, { team: { id: { eq: teamId } } }] };
  const filter = { and: [{ name: { in: names } }, { isGroup: { eq: false } }, ofTeam] };
  const known = (await read(labels, { filter })).issueLabels.nodes.filter(({ retiredAt }) => retiredAt === null);
  return (name: string) => known.filter((label) => label.name === name);
}

const refusal = (message: string) =>
  notDone('refused', new Error('refused before it was sent'), `${message} Nothing was done.`);
