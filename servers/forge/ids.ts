/** Kinds of objects that have a global node id. */
const prefixes = {
  Repository: 'R',
  Ref: 'REF',
  Commit: 'C',
  Tree: 'T',
  Blob: 'B',
  PullRequest: 'PR',
  PullRequestCommit: 'PURC',
  IssueComment: 'IC',
  PullRequestReview: 'PRR',
  PullRequestReviewThread: 'PRRT',
  PullRequestReviewComment: 'PRRC',
  Bot: 'BOT',
  User: 'U',
  Organization: 'O',
  App: 'A',
} as const;

export type NodeKind = keyof typeof prefixes;

/** An opaque global id, in the look of GitHub's: a prefix and base64url. `key` is unique among its kind. */
export const nodeId = (kind: NodeKind, ...key: (string | number)[]): string =>
  `${prefixes[kind]}_${Buffer.from(key.join(':')).toString('base64url')}`;

/** What an id names, or undefined where it is none of ours. */
export function parseNodeId(id: string): { kind: NodeKind; key: string[] } | undefined {
  const cut = id.indexOf('_');
  const prefix = id.slice(0, cut);
  const kind = (Object.keys(prefixes) as NodeKind[]).find((name) => prefixes[name] === prefix);
  if (kind === undefined) return undefined;
  const [first = '', ...rest] = Buffer.from(id.slice(cut + 1), 'base64url')
    .toString()
    .split(':');
  const key = rest.length === 0 ? [first] : [first, rest.join(':')];
  return nodeId(kind, ...key) === id ? { kind, key } : undefined;
}
