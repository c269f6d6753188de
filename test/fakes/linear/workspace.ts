import { randomUUID } from 'node:crypto';
import type { Comment, Entry, Issue, Label, Relation, State, Team, User } from './things.ts';

const usualStates = [
  ['Triage', 'triage'],
  ['Backlog', 'backlog'],
  ['Todo', 'unstarted'],
  ['In Progress', 'started'],
  ['In Review', 'started'],
  ['Done', 'completed'],
  ['Canceled', 'canceled'],
  ['Duplicate', 'duplicate'],
] as const;

/** A workspace of Linear in memory: its things by their ids, and what people do there by hand. */
export class Workspace {
  readonly users = new Map<string, User>();
  readonly teams = new Map<string, Team>();
  readonly labels = new Map<string, Label>();
  readonly issues = new Map<string, Issue>();
  readonly comments = new Map<string, Comment>();
  readonly relations = new Map<string, Relation>();
  readonly history: Entry[] = [];
  /** What becomes of a text that is kept: Linear keeps no Markdown, and writes it anew when it is asked for. */
  keeps = (text: string): string => text.replaceAll('\r\n', '\n').replace(/\s+$/, '');
  #time = Date.now();

  /** Each time is later than the one before. */
  now(): string {
    this.#time = Math.max(this.#time + 1, Date.now());
    return new Date(this.#time).toISOString();
  }

  user(name: string, more: Partial<User> = {}): User {
    const handle = name.toLowerCase().replaceAll(' ', '.');
    const user = {
      ...{ id: randomUUID(), name, displayName: handle, email: `${handle}@acme.example` },
      ...{ app: false, isAssignable: more.app !== true, guest: false, active: true, teams: new Set<string>(), ...more },
    };
    this.users.set(user.id, user);
    return user;
  }

  team(key: string, more: Partial<Team> = {}): Team {
    const states = usualStates.map(([name, type]) => ({ id: randomUUID(), name, type }));
    const team: Team = {
      ...{ id: randomUUID(), key, name: `Team ${key}`, visibility: 'public', retiredAt: null },
      ...{ requirePriorityToLeaveTriage: false, states, numbers: 0, ...more },
    };
    this.teams.set(team.id, team);
    return team;
  }

  label(name: string, more: Partial<Label> = {}): Label {
    const label = { id: randomUUID(), name, teamId: null, isGroup: false, retiredAt: null, ...more };
    this.labels.set(label.id, label);
    return label;
  }

  teamOf({ teamId }: { readonly teamId: string }): Team {
    const team = this.teams.get(teamId);
    if (team === undefined) throw new Error('an issue of no team');
    return team;
  }

  identifierOf(issue: Pick<Issue, 'teamId' | 'number'>): string {
    return `${this.teamOf(issue).key}-${issue.number}`;
  }

  /** By its id, by what it is called, or by what it was called before it moved. */
  issueOf(id: string): Issue | undefined {
    const named = (issue: Issue) => this.identifierOf(issue) === id || issue.previousIdentifiers.includes(id);
    return this.issues.get(id) ?? [...this.issues.values()].find(named);
  }

  /** What is changed of an issue, with its entry in the history. */
  change(issue: Issue, to: Partial<Issue>, actorId: string | null, told: Readonly<Record<string, unknown>>): void {
    Object.assign(issue, to, { updatedAt: this.now() });
    this.tell(issue, actorId, told);
  }

  tell({ id: issueId }: Issue, actorId: string | null, told: Readonly<Record<string, unknown>>): void {
    this.history.push({ id: randomUUID(), issueId, createdAt: this.now(), actorId, ...told });
  }

  /** Somebody gives it another team, and with it another identifier. */
  move(issue: Issue, team: Team, actorId: string | null): void {
    const before = { identifier: this.identifierOf(issue), teamId: issue.teamId };
    team.numbers += 1;
    const stateId = this.stateOf(team, 'Backlog').id;
    issue.previousIdentifiers.push(before.identifier);
    this.change(issue, { teamId: team.id, number: team.numbers, stateId }, actorId, {
      fromTeamId: before.teamId,
      toTeamId: team.id,
    });
  }

  stateOf(team: Team, name: string): State {
    const state = team.states.find((each) => each.name === name);
    if (state === undefined) throw new Error(`no state ${name}`);
    return state;
  }

  say(issueId: string, body: string, by: Partial<Comment> = {}): Comment {
    const at = this.now();
    const comment = {
      ...{ id: randomUUID(), issueId, createdAt: at, updatedAt: at, userId: null, externalUser: null, threadId: null },
      ...{ body, ...by },
    };
    this.comments.set(comment.id, comment);
    return comment;
  }
}
