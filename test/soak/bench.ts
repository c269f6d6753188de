import { closeSync, fstatSync, openSync, readSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, type Answered, agentOf, ended, type Person, patienceMs, personOf } from '#test/e2e/people.ts';
import { type Git, gitOf } from '#test/e2e/repository.ts';
import { type ForgeRequest, startTestSuite, type TestSuite } from '#test/e2e/suite.ts';
import { blueprintsOf } from './blueprint.ts';
import { fillWiki } from './fill-wiki.ts';
import { pause } from './pause.ts';
import { startConfluence } from './vendors/confluence.ts';
import { startNotion } from './vendors/notion.ts';
import type { Vendor, VendorName } from './vendors/vendor.ts';

export type Name = 'github' | 'forge' | 'approvals' | 'tickets' | 'knowledge';
export type Logged = ForgeRequest & { readonly fault?: string; readonly writes?: boolean };

const pageAgents = ['writer', 'notes', 'visitor'] as const;
/** The first that has all other grants too, one whose notes nobody decides, and one that reads what strangers wrote. */
export type PageAgent = (typeof pageAgents)[number];

/** The suite under test, and what a case does with it. */
export type Bench = {
  readonly suite: TestSuite;
  readonly git: Git;
  readonly person: Person;
  readonly agent: () => Agent;
  /** The same agent at the server of tickets, where that was started. */
  readonly ticketAgent: () => Agent;
  /** The file of its tracker. */
  readonly tracker: string;
  /** One of the agents at the server of pages, where that was started. */
  readonly pageAgent: (name: PageAgent) => Agent;
  /** The vendor's stand-in that it writes to, where it is one. */
  readonly vendor: () => Vendor;
  /** The file of its pages. */
  readonly wiki: string;
  readonly ledger: string;
  /** The next number, from 0 on. */
  readonly next: () => number;
  /** A name that no other case has. */
  readonly fresh: () => string;
  readonly kill: (name: Name) => Promise<void>;
  /** Starts again what was killed. */
  readonly start: (name: Name) => Promise<void>;
  readonly arm: (faults: readonly object[]) => void;
  /** What forge logged since a call of `mark`. */
  readonly mark: () => number;
  readonly logged: (since: number) => readonly Logged[];
  /** Resolves to whether forge played a fault; false when the change ended without. */
  readonly played: (id: string, since: number) => Promise<boolean>;
  readonly stop: () => Promise<void>;
};

export type BenchOptions = {
  readonly ledger?: string | undefined;
  /** Whether a server of tickets runs besides, and one of pages. */
  readonly tickets?: boolean;
  readonly pages?: boolean;
  /** The vendor that the pages are at; then nothing else than pages is written to. */
  readonly vendor?: VendorName | undefined;
};

/** The sponsor of the agent, whose account at the vendor nobody knows. */
const sponsorAlone = 'people: { operator: { sign_in: [{ issuer: "https://login.example", subject: operator }] } }\n';

const vendors = { confluence: startConfluence, notion: startNotion };

/** Starts forge, approvals and github as processes on data of their own, or with a ledger that is there. */
export async function startBench({
  ledger,
  tickets = false,
  pages = false,
  vendor,
}: BenchOptions = {}): Promise<Bench> {
  const blueprints = blueprintsOf({ tickets, pages, vendor });
  const at = vendor === undefined ? null : await vendors[vendor]();
  const ofVendor = at === null ? {} : { knowledge: at.settings, people: sponsorAlone };
  const suite = await startTestSuite({ blueprints, ...(ledger ? { ledger } : {}), ...ofVendor });
  const person = personOf(suite);
  const requests = join(suite.data, 'forge', 'requests.jsonl');
  const faults = join(suite.data, 'faults.json');
  const wiki = join(suite.data, 'knowledge', 'knowledge.db');
  if (tickets) await suite.start('tickets');
  if (pages && at === null) fillWiki(wiki);
  if (pages) await suite.start('knowledge');
  let agent = await agentOf(suite.mcpUrl(at === null ? 'github' : 'knowledge'));
  let ticketAgent = tickets ? await agentOf(suite.mcpUrl('tickets')) : null;
  let ofPages = pages ? await pageAgentsOf(suite) : [];
  let count = 0;
  let numbers = 0;
  const arm: Bench['arm'] = (wanted) => {
    if (at !== null) return at.gateway.arm(wanted);
    writeFileSync(`${faults}.new`, JSON.stringify(wanted));
    renameSync(`${faults}.new`, faults);
  };
  const logged: Bench['logged'] = (since) => (at === null ? readFrom(requests, since) : at.gateway.log.slice(since));
  return {
    suite,
    git: gitOf(suite),
    person,
    agent: () => agent,
    ticketAgent: () => {
      if (ticketAgent === null) throw new Error('no server of tickets was started');
      return ticketAgent;
    },
    tracker: join(suite.data, 'tickets', 'tracker.db'),
    pageAgent: (name) => {
      const found = ofPages[pageAgents.indexOf(name)];
      if (found === undefined) throw new Error('no server of pages was started');
      return found;
    },
    vendor: () => {
      if (at === null) throw new Error('the pages are at no vendor');
      return at;
    },
    wiki,
    ledger: ledger ?? join(suite.data, 'ledger.db'),
    next: () => numbers++,
    fresh: () => `agent/soak-${++count}`,
    kill: (name) => suite.server(name).kill(),
    start: async (name) => {
      await suite.start(name);
      if (name === 'tickets') {
        await ticketAgent?.close().catch(() => undefined);
        ticketAgent = await agentOf(suite.mcpUrl('tickets'));
      }
      if (name === 'knowledge') {
        await closed(ofPages);
        ofPages = await pageAgentsOf(suite);
      }
      if (name !== 'github') return;
      await agent.close().catch(() => undefined);
      agent = await agentOf(suite.mcpUrl('github'));
    },
    arm,
    mark: () => at?.gateway.log.length ?? sizeOf(requests),
    logged,
    played: (id, since) => playedOrEnded(() => logged(since), person, id),
    stop: async () => {
      await agent.close().catch(() => undefined);
      await ticketAgent?.close().catch(() => undefined);
      await closed(ofPages);
      await suite.stop();
      await at?.stop();
    },
  };
}

/** One for each listener that there is. */
function pageAgentsOf(suite: TestSuite): Promise<readonly Agent[]> {
  const listeners = suite.server('knowledge').ready['url']?.split(' ') ?? [];
  return Promise.all(listeners.map((_, listener) => agentOf(suite.mcpUrl('knowledge', listener))));
}

async function closed(agents: readonly Agent[]): Promise<void> {
  await Promise.all(agents.map((agent) => agent.close().catch(() => undefined)));
}

async function playedOrEnded(logged: () => readonly Logged[], person: Person, id: string): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  for (let look = 0; performance.now() < deadline; look += 1) {
    if (logged().some(({ fault }) => fault !== undefined)) return true;
    await pause(5);
    // To ask takes the time of those who are to go on.
    if (look % 10 !== 0) continue;
    const { status } = await progressOf(person, id);
    // What is planned ends in front of its approvers.
    if (ended.includes(status) || status === 'pending_approval') {
      // The token is revoked after the end.
      await pause(200);
      return logged().some(({ fault }) => fault !== undefined);
    }
  }
  return false;
}

/** Where a change stands; empty while it cannot be told. */
async function progressOf(person: Person, id: string): Promise<Answered> {
  const { body } = await person.get(`/api/changes/${id}/progress`).catch(() => ({ body: null }));
  return body ?? {};
}

function sizeOf(path: string): number {
  const file = openSync(path, 'r');
  const { size } = fstatSync(file);
  closeSync(file);
  return size;
}

/** The whole lines from a place in the file on. */
function readFrom(path: string, since: number): Logged[] {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - since));
  readSync(file, bytes, 0, bytes.length, since);
  closeSync(file);
  const text = bytes.toString();
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Logged);
}
