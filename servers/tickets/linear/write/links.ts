import type { Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import * as mutations from '../documents/mutations.ts';
import { notDone } from '../errors.ts';
import { relationWritten } from '../landed.ts';
import { isWritten, linksOf } from '../tickets.ts';
import { issueNow, stale, type WriteOf, type Writing } from './before.ts';
import { make, send } from './send.ts';

export async function link(writing: Writing, wanted: WriteOf<'link'>, mark: Mark): Promise<Written> {
  const { type, outward, inward } = wanted;
  assertWritten(type.id);
  const links = linksOf(await issueNow(writing, outward.id));
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
  const links = linksOf(await issueNow(writing, outward.id));
  const isThere = links.some((each) => each.id === id && each.type.id === type.id && each.other.id === inward.id);
  if (!isThere) throw stale('the link');
  await send(writing, mutations.relationDelete, { id });
  return relationWritten(id);
}

/** Linear closes an issue that becomes a duplicate, which nobody was shown. */
function assertWritten(type: string): void {
  if (!isWritten(type)) throw notDone('refused', new Error(`relations of type ${type} are not written here`));
}
