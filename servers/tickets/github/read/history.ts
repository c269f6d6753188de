import * as z from 'zod';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { TicketEvent } from '#capabilities/ticket-read/ports.ts';
import type { Session } from '#shared/github/session.ts';
import { actor, actorFields, personOfActor } from '../people.ts';
import { statusOf } from '../statuses.ts';

const kinds = [
  ...['RENAMED_TITLE_EVENT', 'LABELED_EVENT', 'UNLABELED_EVENT', 'ASSIGNED_EVENT', 'UNASSIGNED_EVENT'],
  ...['CLOSED_EVENT', 'REOPENED_EVENT', 'LOCKED_EVENT', 'UNLOCKED_EVENT', 'TRANSFERRED_EVENT'],
  ...['PARENT_ISSUE_ADDED_EVENT', 'PARENT_ISSUE_REMOVED_EVENT'],
];

const common = `id createdAt actor { ${actorFields} }`;
const assignee = 'assignee { __typename ... on Actor { login } }';
const parent = 'parent { number repository { nameWithOwner } }';

const document = `query ($owner: String!, $name: String!, $number: Int!, $last: Int!, $before: String, $kinds: [IssueTimelineItemsItemType!]) {
  repository(owner: $owner, name: $name) { issue(number: $number) {
    timelineItems(last: $last, before: $before, itemTypes: $kinds) {
      nodes {
        __typename
        ... on RenamedTitleEvent { ${common} previousTitle currentTitle }
        ... on LabeledEvent { ${common} label { name } }
        ... on UnlabeledEvent { ${common} label { name } }
        ... on AssignedEvent { ${common} ${assignee} }
        ... on UnassignedEvent { ${common} ${assignee} }
        ... on ClosedEvent { ${common} stateReason }
        ... on ReopenedEvent { ${common} }
        ... on LockedEvent { ${common} }
        ... on UnlockedEvent { ${common} }
        ... on TransferredEvent { ${common} }
        ... on ParentIssueAddedEvent { ${common} ${parent} }
        ... on ParentIssueRemovedEvent { ${common} ${parent} }
      }
      pageInfo { hasPreviousPage startCursor }
    }
  } }
}`;

const item = z.object({
  __typename: z.string(),
  id: z.string(),
  createdAt: z.string(),
  actor: actor.nullable(),
  previousTitle: z.string().optional(),
  currentTitle: z.string().optional(),
  label: z.object({ name: z.string() }).optional(),
  assignee: z.object({ login: z.string().optional() }).nullish(),
  stateReason: z.string().nullish(),
  parent: z.object({ number: z.number(), repository: z.object({ nameWithOwner: z.string() }) }).nullish(),
});
type Item = z.infer<typeof item>;

const data = z.object({
  repository: z
    .object({
      issue: z
        .object({
          timelineItems: z.object({
            nodes: z.array(item),
            pageInfo: z.object({ hasPreviousPage: z.boolean(), startCursor: z.string().nullable() }),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

/** What was changed of an issue, newest first. Edits of its text are not among what GitHub tells. */
export async function readHistory(
  session: Session,
  at: { readonly number: number; readonly repository: string },
  { limit, cursor }: PageRequest,
): Promise<Page<TicketEvent>> {
  const variables = { number: at.number, last: Math.min(limit, 100), before: cursor ?? null, kinds };
  const mayMiss = (path: string): boolean => path === 'repository.issue';
  const answer = await session.query({ document, variables, data, mayMiss });
  const items = answer.repository?.issue?.timelineItems;
  if (items === undefined) return { items: [], cursor: null };
  const { hasPreviousPage, startCursor } = items.pageInfo;
  return {
    items: items.nodes.toReversed().map((each) => eventOf(each, at.repository)),
    cursor: hasPreviousPage ? startCursor : null,
  };
}

function eventOf(each: Item, repository: string): TicketEvent {
  const { id, createdAt: at } = each;
  const [field, before, after] = changeOf(each, repository);
  return { id, at, by: personOfActor(each.actor), changes: [{ field, before, after }] };
}

type Change = readonly [field: string, before: string | null, after: string | null];

function changeOf(each: Item, repository: string): Change {
  const closed = statusOf({ state: 'closed', reason: each.stateReason?.toLowerCase() ?? null }).name;
  const parentKey = each.parent ? parentIn(repository, each.parent) : 'an issue of another repository';
  const changes: Readonly<Record<string, Change>> = {
    RenamedTitleEvent: ['title', each.previousTitle ?? null, each.currentTitle ?? null],
    LabeledEvent: ['labels', null, each.label?.name ?? null],
    UnlabeledEvent: ['labels', each.label?.name ?? null, null],
    AssignedEvent: ['assignees', null, each.assignee?.login ?? null],
    UnassignedEvent: ['assignees', each.assignee?.login ?? null, null],
    ClosedEvent: ['status', 'Open', closed],
    ReopenedEvent: ['status', null, 'Open'],
    LockedEvent: ['conversation', null, 'locked'],
    UnlockedEvent: ['conversation', 'locked', null],
    // Where it was is nobody's business who may not read there.
    TransferredEvent: ['project', null, repository],
    ParentIssueAddedEvent: ['parent', null, parentKey],
    ParentIssueRemovedEvent: ['parent', parentKey, null],
  };
  return changes[each.__typename] ?? [each.__typename, null, null];
}

function parentIn(repository: string, { number, repository: of }: NonNullable<Item['parent']>): string {
  const isHere = of.nameWithOwner.toLowerCase() === repository.toLowerCase();
  return isHere ? `${repository}#${number}` : 'an issue of another repository';
}
