/** What a site of Jira keeps of each thing. */

export type JiraUser = {
  readonly accountId: string;
  readonly accountType: 'atlassian' | 'app' | 'customer' | 'unknown';
  readonly displayName: string;
  readonly emailAddress?: string;
  readonly timeZone: string;
};

export type JiraField = {
  readonly id: string;
  readonly name: string;
  /** What follows `customfieldtypes:`. */
  readonly custom: string;
  readonly type: string;
  readonly options?: readonly string[];
  /** Names of types whose tickets must have it. */
  readonly requiredBy: readonly string[];
};

export type JiraProject = {
  readonly id: string;
  key: string;
  readonly name: string;
  readonly projectTypeKey: 'software' | 'service_desk' | 'business';
  archived: boolean;
  readonly types: readonly string[];
  /** What each account may do there. */
  readonly permissions: Map<string, ReadonlySet<string>>;
  numbered: number;
};

export type JiraComment = {
  readonly id: string;
  readonly author: string | null;
  updateAuthor: string | null;
  body: unknown;
  readonly created: number;
  updated: number;
  readonly properties: Map<string, unknown>;
  readonly visibility?: { readonly type: 'role'; readonly value: string };
};

export type ChangeItem = {
  readonly field: string;
  readonly fieldId?: string;
  readonly from: string | null;
  readonly fromString: string | null;
  readonly to: string | null;
  readonly toString: string | null;
};
export type JiraChange = {
  readonly id: string;
  readonly author: string;
  readonly created: number;
  readonly items: readonly ChangeItem[];
};

export type JiraIssue = {
  readonly id: string;
  key: string;
  readonly oldKeys: string[];
  projectId: string;
  readonly typeId: string;
  statusId: string;
  /** By Jira's names; people by account id, a parent by id, an option by its value. */
  fields: Readonly<Record<string, unknown>>;
  readonly creator: string;
  readonly created: number;
  updated: number;
  archived: boolean;
  readonly properties: Map<string, unknown>;
  readonly comments: JiraComment[];
  readonly changes: JiraChange[];
};

/** `from` is what its type's outward words are said of. */
export type JiraLink = { readonly id: string; readonly typeId: string; readonly from: string; readonly to: string };

export type JiraTransition = {
  readonly id: string;
  readonly name: string;
  /** Null for one that leads on from everywhere. */
  readonly from: string | null;
  readonly to: string;
  readonly requires?: string;
};
