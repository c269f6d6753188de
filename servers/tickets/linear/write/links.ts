import type { Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import * as mutations from '../documents/mutations.ts';
import type { LinearIssue } from '../documents/shapes.ts';
import { notDone } from '../errors.ts';
import { relationWritten } from '../landed.ts';
import { isWritten, linksOf } from '../tickets.ts';
import { issueNow, stale, type WriteOf, type Writing } from './before.ts';
import { make, send } from './send.ts';

export async function link(writing: Writing, wanted: WriteOf<'link'>, mark: Mark): Promise<Written> {
  const { type, outward, inward } = wanted;
  assertWritten(type.id);
  const links = linksOf(await bothNow(writing, wanted));
  const isThere = links.some((each) => {
    const sameWay = each.end === 'outward' || type.outward === type.inward;
    return sameWay && each.type.id === type.id && each.other.id === inward.id;
  });
  if (isThere) throw stale('the link');
  const input = { issueId: outward.id, relatedIssueId: inward.id, type: type.id };
  return make(writing, { document: mutations.relationCreate, input, wanted, mark }, ({ issueRelation }) =>
    relationWritten(issueRelation.id),
  );
}

export async function unlink(writing: Writing, { id, type, outward, inward }: WriteOf<'unlink'>): Promise<Written> {
  assertWritten(type.id);
  const links = linksOf(await bothNow(writing, { outward, inward }));
  const isThere = links.some((each) => each.id === id && each.type.id === type.id && each.other.id === inward.id);
  if (!isThere) throw stale('the link');
  await send(writing, mutations.relationDelete, { id });
  return relationWritten(id);
}

/** The one that the relation is said of. Throws `NotDone` where either is not there, or no longer in its team. */
async function bothNow(
  writing: Writing,
  { outward, inward }: Pick<WriteOf<'link'>, 'outward' | 'inward'>,
): Promise<LinearIssue> {
  const [one, other] = await Promise.all([issueNow(writing, outward.id), issueNow(writing, inward.id)]);
  const isMoved = one.team.id !== outward.project.id || other.team.id !== inward.project.id;
  if (isMoved) throw stale('where one of the issues is');
  return one;
}

/** Linear closes an issue that becomes a duplicate, which nobody was shown. */
function assertWritten(type: string): void {
  if (!isWritten(type)) throw notDone('refused', new Error(`relations of type ${type} are not written here`));
}
