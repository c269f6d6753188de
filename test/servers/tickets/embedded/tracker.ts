import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { Ticket, TicketQuery } from '#capabilities/ticket-read/ports.ts';
import type { TicketWrite, Written } from '#capabilities/ticket-write/ports.ts';
import { partsOf } from '#servers/tickets/embedded/open.ts';
import { addBasics } from '#servers/tickets/embedded/people/basics.ts';
import { type Hands, handsOf } from '#servers/tickets/embedded/people/hands.ts';
import { addPerson, createProject } from '#servers/tickets/embedded/people/projects.ts';
import { people, projects } from '#servers/tickets/embedded/seed/projects.ts';
import { seed } from '#servers/tickets/embedded/seed/seed.ts';
import { openTracker, type Tracker } from '#servers/tickets/embedded/tracker/tracker.ts';
import { mintPermit } from '#shared/changes/mint-permit.ts';
import type { Mark } from '#shared/tools/index.ts';
import { madeOnce } from '#test/fakes/environment.ts';
import { targetOf } from './target.ts';

/** Projects and people of the demo without its tickets. */
export function onlyProjects(tracker: Tracker): void {
  addBasics(tracker);
  for (const person of people) addPerson(tracker, person);
  for (const project of projects) createProject(tracker, project);
}

/** A clock that goes on by a second whenever it is looked at. */
function clock(): () => number {
  let time = Date.parse('2026-07-01T00:00:00Z');
  return () => {
    time += 1_000;
    return time;
  };
}

type Options = { readonly path?: string; readonly fill?: typeof seed };

/** A tracker and its two faces: what the server uses, and what people do. Closed when the test is over. */
export function newTracker({ path, fill = onlyProjects }: Options = {}) {
  const made = openFaces({ fill, path: path ?? (fill === seed ? seeded() : ':memory:') });
  onTestFinished(() => made.tracker.close());
  return made;
}

/** The same, for whoever closes it. */
export function openFaces({ path = ':memory:', fill = onlyProjects }: Options) {
  const tracker = openTracker({ path, fill, now: clock() });
  const { reader, door, sponsorAccess, examine, origin } = partsOf(tracker);
  const open = (changeId: string, target: TicketTarget) =>
    door.open(mintPermit({ changeId, tool: 'a_tool', step: 'a step', target }));
  const write = async (wanted: TicketWrite, mark: Mark = newMark()): Promise<Written> =>
    (await open(mark.changeId, targetOf(wanted))).write(wanted, mark);
  const ticket = async (key: string): Promise<Ticket> => {
    const found = await reader.ticket(key);
    if (found === null) throw new Error(`there is no ${key}`);
    return found;
  };
  const as = (login: string): Hands => handsOf(tracker, login);
  return { tracker, reader, door, open, write, ticket, as, sponsorAccess, examine, origin };
}

export { seed };

/** A file with the demo in it: a copy, because making one takes longer than most tests. */
function seeded(): string {
  const kept = join(madeOnce(), 'tracker.db');
  if (!existsSync(kept)) {
    const own = `${kept}.${process.pid}`;
    openTracker({ path: own, fill: seed, now: clock() }).close();
    renameSync(own, kept);
  }
  const path = join(newFolder(), 'tracker.db');
  copyFileSync(kept, path);
  return path;
}

/** A folder that is gone when the test is over. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tracker-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let marks = 0;

export function newMark(): Mark {
  marks += 1;
  return { changeId: `chg_${marks}`, token: `token ${marks}` };
}

export const markdown = (text: string) => ({ format: 'markdown', text }) as const;

export const everything: TicketQuery = {
  ...{ projects: ['WEB'], text: [], types: [], statuses: [], categories: [], priorities: [], labels: [] },
  ...{ withoutLabels: [], assignee: null, reporter: null, sort: 'updated' },
  ...{ updated: { from: null, to: null }, created: { from: null, to: null } },
};

export const stale = { name: 'NotDone', kind: 'stale' };
export const refused = { name: 'NotDone', kind: 'refused' };
