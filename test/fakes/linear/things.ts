export type User = {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly email: string;
  readonly app: boolean;
  /** An application can be assigned to where it has the scope for that. */
  readonly isAssignable: boolean;
  guest: boolean;
  active: boolean;
  readonly teams: Set<string>;
};
export type State = { readonly id: string; readonly name: string; readonly type: string };
export type Team = {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  visibility: 'public' | 'private' | 'restricted';
  retiredAt: string | null;
  requirePriorityToLeaveTriage: boolean;
  states: State[];
  numbers: number;
};
export type Label = {
  readonly id: string;
  readonly name: string;
  readonly teamId: string | null;
  readonly isGroup: boolean;
  retiredAt: string | null;
};
export type Issue = {
  readonly id: string;
  readonly createdAt: string;
  readonly creatorId: string | null;
  teamId: string;
  number: number;
  previousIdentifiers: string[];
  title: string;
  description: string | null;
  stateId: string;
  priority: number;
  labelIds: string[];
  assigneeId: string | null;
  delegateId: string | null;
  parentId: string | null;
  dueDate: string | null;
  updatedAt: string;
  archivedAt: string | null;
  trashed: boolean | null;
};
export type Comment = {
  readonly id: string;
  readonly issueId: string;
  readonly createdAt: string;
  readonly userId: string | null;
  readonly externalUser: { readonly id: string; readonly name: string } | null;
  readonly threadId: string | null;
  body: string;
  updatedAt: string;
};
export type Relation = {
  readonly id: string;
  readonly issueId: string;
  readonly relatedIssueId: string;
  readonly type: string;
};
/** A history entry, with the fields that Linear gives it; the others are null. */
export type Entry = {
  readonly id: string;
  readonly issueId: string;
  readonly createdAt: string;
  readonly actorId: string | null;
} & Readonly<Record<string, unknown>>;
