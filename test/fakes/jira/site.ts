import { textOf } from './adf.ts';
import type {
  ChangeItem,
  JiraComment,
  JiraField,
  JiraIssue,
  JiraLink,
  JiraProject,
  JiraTransition,
  JiraUser,
} from './state.ts';

export const all = [
  ...['BROWSE_PROJECTS', 'CREATE_ISSUES', 'EDIT_ISSUES', 'TRANSITION_ISSUES', 'ADD_COMMENTS', 'LINK_ISSUES'],
  ...['ASSIGN_ISSUES', 'ASSIGNABLE_USER', 'EDIT_OWN_COMMENTS'],
];

/** What a site of Jira keeps. */
export class JiraSite {
  readonly users = new Map<string, JiraUser>();
  readonly projects: JiraProject[] = [];
  readonly issues = new Map<string, JiraIssue>();
  readonly links = new Map<string, JiraLink>();
  readonly fields: JiraField[] = [];
  readonly administrators = new Set<string>();
  /** Those who may see other people at all. */
  readonly mayBrowseUsers = new Set<string>();
  premium = false;
  /** While it is held, searches find what was there before. */
  indexHeld = false;
  readonly types = [
    { id: '10100', name: 'Task' },
    { id: '10101', name: 'Bug' },
    { id: '10102', name: 'Incident' },
  ];
  readonly statuses = [
    { id: '10200', name: 'To do', category: { id: 2, key: 'new' } },
    { id: '10201', name: 'In progress', category: { id: 4, key: 'indeterminate' } },
    { id: '10202', name: 'In review', category: { id: 4, key: 'indeterminate' } },
    { id: '10203', name: 'Done', category: { id: 3, key: 'done' } },
    { id: '10204', name: 'Parked', category: { id: 2, key: 'new' } },
    { id: '10205', name: 'Rejected', category: { id: 3, key: 'done' } },
  ];
  transitions: JiraTransition[] = [
    { id: '11', name: 'Start', from: '10200', to: '10201' },
    { id: '21', name: 'Stop', from: '10201', to: '10200' },
    { id: '31', name: 'Ask for review', from: '10201', to: '10202' },
    { id: '41', name: 'Close', from: '10202', to: '10203', requires: 'Resolution' },
    { id: '51', name: 'Park', from: null, to: '10204' },
    { id: '61', name: 'Unpark', from: '10204', to: '10200' },
    { id: '71', name: 'Reject', from: '10200', to: '10205' },
    { id: '81', name: 'Reopen', from: '10205', to: '10200' },
  ];
  readonly priorities = [
    { id: '2', name: 'High' },
    { id: '3', name: 'Medium' },
    { id: '4', name: 'Low' },
  ];
  readonly linkTypes = [
    { id: '10000', name: 'Blocks', inward: 'is blocked by', outward: 'blocks' },
    { id: '10001', name: 'Relates', inward: 'relates to', outward: 'relates to' },
  ];
  #last = 10_300;
  #index: ReadonlyMap<string, JiraIssue> = new Map();
  #time = Date.parse('2026-11-20T09:00:00Z');

  /** A number that nothing else has: Jira counts each kind by itself, which nobody may rely on. */
  id(): string {
    this.#last += 1;
    return String(this.#last);
  }

  /** Each thing happens a second after the one before. */
  tick(): number {
    this.#time += 1000;
    return this.#time;
  }

  user(displayName: string, given: Partial<Omit<JiraUser, 'displayName'>> = {}): JiraUser {
    const accountId = `712020:${crypto.randomUUID()}`;
    const made: JiraUser = { accountId, accountType: 'atlassian', timeZone: 'UTC', ...given, displayName };
    this.users.set(made.accountId, made);
    return made;
  }

  project(key: string, given: Partial<Pick<JiraProject, 'projectTypeKey' | 'types'>> = {}): JiraProject {
    const made: JiraProject = {
      ...{ id: this.id(), key, name: `Project ${key}`, projectTypeKey: 'software', archived: false, numbered: 0 },
      ...{ types: ['10100', '10101'], permissions: new Map() },
      ...given,
    };
    this.projects.push(made);
    return made;
  }

  field(
    name: string,
    given: Omit<JiraField, 'id' | 'name' | 'requiredBy'> & { requiredBy?: readonly string[] },
  ): JiraField {
    const made = { requiredBy: [], ...given, id: `customfield_${this.id()}`, name };
    this.fields.push(made);
    return made;
  }

  may(accountId: string, project: JiraProject, ...permissions: readonly string[]): boolean {
    const has = project.permissions.get(accountId);
    return permissions.every((one) => has?.has(one)) && has?.has('BROWSE_PROJECTS') === true;
  }

  projectOf(issue: JiraIssue): JiraProject {
    const found = this.projects.find(({ id }) => id === issue.projectId);
    if (found === undefined) throw new Error('a ticket without a project');
    return found;
  }

  /** By id or by key, also one that it had; null where the account cannot see it. */
  issue(at: string, accountId: string): JiraIssue | null {
    const named = at.toUpperCase();
    const found =
      this.issues.get(at) ??
      [...this.issues.values()].find(({ key, oldKeys }) => key === named || oldKeys.includes(named));
    return found && this.may(accountId, this.projectOf(found)) ? found : null;
  }

  /** What searches look at. */
  indexed(reconciled: readonly string[]): readonly JiraIssue[] {
    if (!this.indexHeld) this.#index = new Map([...this.issues].map(([id, issue]) => [id, { ...issue }]));
    const now = reconciled.flatMap((id) => this.issues.get(id) ?? []);
    const others = [...this.#index.values()].filter(({ id }) => !reconciled.includes(id));
    return [...others, ...now].filter(({ archived }) => !archived);
  }

  /** Searches find what is there now, and no more until the index is let go. */
  holdIndex(): void {
    this.indexHeld = false;
    this.indexed([]);
    this.indexHeld = true;
  }

  create(project: JiraProject, typeId: string, fields: JiraIssue['fields'], author: string): JiraIssue {
    project.numbered += 1;
    const time = this.tick();
    const made: JiraIssue = {
      ...{ id: this.id(), key: `${project.key}-${project.numbered}`, oldKeys: [], projectId: project.id, typeId },
      ...{ statusId: '10200', fields: { reporter: author, priority: '3', ...fields }, creator: author },
      ...{ created: time, updated: time, archived: false, properties: new Map(), comments: [], changes: [] },
    };
    this.issues.set(made.id, made);
    return made;
  }

  /** Writes fields, and what became of them into the changelog. */
  edit(issue: JiraIssue, fields: JiraIssue['fields'], author: string): void {
    const items = Object.entries(fields)
      .filter(([name, value]) => JSON.stringify(issue.fields[name] ?? null) !== JSON.stringify(value ?? null))
      .map(([field, value]) => itemOf(field, textIn(issue.fields[field]), textIn(value)));
    issue.fields = { ...issue.fields, ...fields };
    if (items.length > 0) this.record(issue, author, items);
  }

  record(issue: JiraIssue, author: string, items: readonly ChangeItem[]): void {
    issue.updated = this.tick();
    issue.changes.push({ id: this.id(), author, created: issue.updated, items });
  }

  transition(issue: JiraIssue, to: string, author: string): void {
    const name = (id: string): string => this.statuses.find((status) => status.id === id)?.name ?? '';
    const [from, { statusId }] = [issue.statusId, { statusId: to }];
    issue.statusId = statusId;
    const item = { field: 'status', fieldId: 'status', from, fromString: name(from), to, toString: name(to) };
    this.record(issue, author, [item]);
  }

  say(issue: JiraIssue, body: unknown, author: string | null, given: Partial<Pick<JiraComment, 'visibility'>> = {}) {
    const created = this.tick();
    const made: JiraComment = {
      ...{ id: this.id(), author, updateAuthor: author, body, created, updated: created, properties: new Map() },
      ...given,
    };
    issue.comments.push(made);
    return made;
  }

  move(issue: JiraIssue, project: JiraProject): void {
    project.numbered += 1;
    issue.oldKeys.push(issue.key);
    issue.projectId = project.id;
    issue.key = `${project.key}-${project.numbered}`;
    issue.updated = this.tick();
  }
}

const itemOf = (field: string, before: string | null, after: string | null): ChangeItem => ({
  ...{ field, fieldId: field, from: null, fromString: before, to: null, toString: after },
});

function textIn(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' && !Array.isArray(value) ? textOf(value) : String(value);
}

/** A document of one paragraph. */
export const paragraph = (text: string): object => ({
  ...{ version: 1, type: 'doc' },
  content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});
