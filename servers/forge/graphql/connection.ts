import { Refusal } from '../refusal.ts';
import type { Fields } from './field.ts';

export type PageArgs = {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
};

export type Connection<Node> = {
  nodes: { node: Node; cursor: string }[];
  hasNext: boolean;
  hasPrevious: boolean;
  total: () => number | Promise<number>;
};

/** The cursor of the item at a place of a list. */
export const cursorOf = (index: number): string => Buffer.from(`cursor:${index}`).toString('base64');

function indexOf(cursor: string): number {
  const match = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString());
  if (!match) throw new Refusal('UNPROCESSABLE', `\`${cursor}\` does not appear to be a valid cursor.`);
  return Number(match[1]);
}

function checkSize(args: PageArgs, name: string): void {
  const { first, last } = args;
  if (first == null && last == null) {
    const text = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw new Refusal('MISSING_PAGINATION_BOUNDARIES', text);
  }
  for (const [which, value] of [['first', first] as const, ['last', last] as const]) {
    if (value == null) continue;
    if (value < 0)
      throw new Refusal('UNPROCESSABLE', `\`${which}\` on the \`${name}\` connection cannot be less than zero.`);
    if (value > 100) {
      const text = `Requesting ${value} records on the \`${name}\` connection exceeds the \`${which}\` limit of 100 records.`;
      throw new Refusal('EXCESSIVE_PAGINATION', text);
    }
  }
}

/** A page of a list that is there as a whole. */
export function pageOf<Node>(items: readonly Node[], args: PageArgs, name: string): Connection<Node> {
  checkSize(args, name);
  let start = args.after == null ? 0 : indexOf(args.after) + 1;
  let end = args.before == null ? items.length : Math.min(indexOf(args.before), items.length);
  if (args.first != null) end = Math.min(end, start + args.first);
  if (args.last != null) start = Math.max(start, end - args.last);
  const nodes = items.slice(start, end).map((node, index) => ({ node, cursor: cursorOf(start + index) }));
  return { nodes, hasNext: end < items.length, hasPrevious: start > 0, total: () => items.length };
}

/** A page of a walk that may be long: only as much of it is walked as the page needs, the rest for `totalCount`. */
export async function pageOfWalk<Node>(
  walk: () => AsyncIterable<Node>,
  args: PageArgs,
  name: string,
): Promise<Connection<Node>> {
  checkSize(args, name);
  if (args.first == null || args.last != null || args.before != null) {
    throw new Refusal(
      'NOT_IMPLEMENTED',
      `forge does not implement \`last\` or \`before\` on the \`${name}\` connection`,
    );
  }
  const start = args.after == null ? 0 : indexOf(args.after) + 1;
  const items: Node[] = [];
  for await (const item of walk()) {
    items.push(item);
    if (items.length > start + args.first) break;
  }
  const page = pageOf(items, args, name);
  return { ...page, total: () => count(walk()) };
}

async function count(walk: AsyncIterable<unknown>): Promise<number> {
  let total = 0;
  for await (const _ of walk) total += 1;
  return total;
}

type Any = Connection<unknown>;

const connection = {
  nodes: (source: Any) => source.nodes.map(({ node }) => node),
  edges: (source: Any) => source.nodes,
  pageInfo: (source: Any) => source,
  totalCount: (source: Any) => source.total(),
};

const edge = {
  node: (source: Any['nodes'][number]) => source.node,
  cursor: (source: Any['nodes'][number]) => source.cursor,
};

const names = [
  'Ref',
  'PullRequest',
  'Commit',
  'PullRequestCommit',
  'PullRequestChangedFile',
  'IssueComment',
  'PullRequestReview',
  'PullRequestReviewThread',
  'PullRequestReviewComment',
];

export const connectionFields: Fields = {
  ...Object.fromEntries(
    names.flatMap((name) => [
      [`${name}Connection`, connection],
      [`${name}Edge`, edge],
    ]),
  ),
  CommitHistoryConnection: connection,
  PageInfo: {
    endCursor: (source: Any) => source.nodes.at(-1)?.cursor ?? null,
    startCursor: (source: Any) => source.nodes[0]?.cursor ?? null,
    hasNextPage: (source: Any) => source.hasNext,
    hasPreviousPage: (source: Any) => source.hasPrevious,
  },
};
