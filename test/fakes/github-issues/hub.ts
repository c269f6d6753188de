/** Somebody on the fake GitHub, or an App's bot. */
export type HubUser = {
  readonly id: number;
  readonly node_id: string;
  readonly login: string;
  readonly name: string | null;
  readonly type: 'User' | 'Bot';
};

export type HubLabel = { readonly id: number; readonly node_id: string; readonly name: string };
export type HubType = { readonly id: string; readonly name: string; readonly isEnabled: boolean };

export type HubComment = {
  readonly node_id: string;
  readonly author: HubUser;
  readonly association: string;
  body: string;
  editor: HubUser | null;
  readonly createdAt: string;
  updatedAt: string;
};

/** One item of a timeline, by GitHub's name of its type. */
export type HubEvent = {
  readonly typename: string;
  readonly id: string;
  readonly at: string;
  readonly actor: HubUser;
  readonly about: Readonly<Record<string, unknown>>;
};

export type HubIssue = {
  readonly id: number;
  readonly node_id: string;
  readonly repository: HubRepository;
  readonly number: number;
  readonly author: HubUser;
  readonly association: string;
  readonly createdAt: string;
  readonly isPull: boolean;
  updatedAt: string;
  title: string;
  body: string;
  state: 'open' | 'closed';
  reason: 'completed' | 'not_planned' | 'duplicate' | 'reopened' | null;
  labels: readonly HubLabel[];
  assignees: readonly HubUser[];
  type: HubType | null;
  parent: HubIssue | null;
  blockedBy: readonly HubIssue[];
  locked: boolean;
  /** Where it was transferred to. */
  movedTo: HubIssue | null;
  readonly comments: HubComment[];
  readonly events: HubEvent[];
};

export type HubRepository = {
  readonly id: number;
  readonly node_id: string;
  readonly owner: string;
  name: string;
  visibility: 'public' | 'internal' | 'private';
  archived: boolean;
  hasIssues: boolean;
  readonly labels: HubLabel[];
  readonly types: HubType[];
  readonly issues: HubIssue[];
  /** What people may do, by login; who is not named may do nothing. */
  readonly people: Map<
    string,
    { readonly permission: 'admin' | 'write' | 'read' | 'none'; readonly assignable: boolean }
  >;
};

/** What one GitHub keeps, and what people do there. Times go on by a second with each thing that happens. */
export class Hub {
  readonly users: HubUser[] = [];
  readonly repositories: HubRepository[] = [];
  /** Former names of repositories, as `owner/name` in lower case. */
  readonly former = new Map<string, HubRepository>();
  #ids = 1000;
  #time = Date.now() - 86_400_000;

  id(): number {
    this.#ids += 1;
    return this.#ids;
  }

  tick(): string {
    this.#time += 1000;
    return new Date(this.#time).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  user(login: string, about: Partial<Pick<HubUser, 'type' | 'name'>> = {}): HubUser {
    const known = this.users.find((each) => each.login.toLowerCase() === login.toLowerCase());
    if (known) return known;
    const id = this.id();
    const type = about.type ?? 'User';
    const made = { id, node_id: `${type === 'Bot' ? 'BOT' : 'U'}_kgDOu${id}`, login, name: about.name ?? null, type };
    this.users.push(made);
    return made;
  }

  repository(name: string, about: Partial<Pick<HubRepository, 'visibility' | 'archived' | 'hasIssues'>> = {}) {
    const [owner = '', short = ''] = name.split('/');
    const id = this.id();
    const made: HubRepository = {
      ...{ id, node_id: `R_kgDO${id}`, owner, name: short, visibility: 'private', archived: false, hasIssues: true },
      ...{ labels: [], types: [], issues: [], people: new Map(), ...about },
    };
    this.repositories.push(made);
    return made;
  }

  label(repository: HubRepository, name: string): HubLabel {
    const id = this.id();
    const made = { id, node_id: `LA_kwDO${id}`, name };
    repository.labels.push(made);
    return made;
  }

  issue(repository: HubRepository, about: Partial<HubIssue> & { readonly author: HubUser }): HubIssue {
    const id = this.id();
    const at = this.tick();
    const made: HubIssue = {
      ...{ id, node_id: `I_kwDO${id}`, repository, number: repository.issues.length + 1, createdAt: at, updatedAt: at },
      ...{ title: 'A title', body: '', association: 'MEMBER', isPull: false, state: 'open', reason: null, type: null },
      ...{ labels: [], assignees: [], parent: null, blockedBy: [], locked: false, movedTo: null },
      ...{ comments: [], events: [], ...about },
    };
    repository.issues.push(made);
    return made;
  }

  comment(issue: HubIssue, author: HubUser, body: string, association = 'MEMBER'): HubComment {
    const at = this.tick();
    const made = {
      node_id: `IC_kwDO${this.id()}`,
      author,
      association,
      body,
      editor: null,
      createdAt: at,
      updatedAt: at,
    };
    issue.comments.push(made);
    issue.updatedAt = at;
    return made;
  }

  event(issue: HubIssue, actor: HubUser, typename: string, about: HubEvent['about'] = {}): void {
    const at = this.tick();
    issue.events.push({ typename, id: `EV_${this.id()}`, at, actor, about });
    issue.updatedAt = at;
  }

  retitle(issue: HubIssue, actor: HubUser, title: string): void {
    this.event(issue, actor, 'RenamedTitleEvent', { previousTitle: issue.title, currentTitle: title });
    issue.title = title;
  }

  /** The issue gets a new number there, and the old one leads to it. */
  transfer(issue: HubIssue, actor: HubUser, to: HubRepository): HubIssue {
    const { author, association, title, body, state, reason, comments, events } = issue;
    const moved = this.issue(to, { author, association, title, body, state, reason, comments, events });
    issue.movedTo = moved;
    this.event(moved, actor, 'TransferredEvent');
    return moved;
  }

  rename(repository: HubRepository, name: string): void {
    this.former.set(fullName(repository).toLowerCase(), repository);
    repository.name = name;
  }

  issueByNode(node: unknown): HubIssue | undefined {
    return this.repositories.flatMap(({ issues }) => issues).find(({ node_id }) => node_id === node);
  }
}

export const fullName = ({ owner, name }: HubRepository): string => `${owner}/${name}`;
