import { isDeepStrictEqual } from 'node:util';
import { operator } from '#servers/approvals/people/authenticate.ts';
import { requestByPerson } from '#shared/changes/request-by-person.ts';
import { openLedger } from '#shared/ledger/ledger.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import { ended, patienceMs } from '#test/e2e/people.ts';
import type { Bench } from './bench.ts';
import { writtenByHand } from './fill-wiki.ts';
import { named, newPage, propose, type Restores } from './page-kinds.ts';
import { pause } from './pause.ts';
import { approveWaiting, carryOut, type Effects, type Kind, type Proposed, proposed, restoreOf } from './prepare.ts';
import { newTicket, proposeTicket } from './ticket-kinds.ts';
import { seenOf as ticketSeen, timesTold as timesToldOfTicket } from './tracker.ts';
import { readsOf } from './truth.ts';
import { madeBy, type Seen, seenOf, strangersOf, timesTold, versionOf } from './wiki.ts';

/** Pages of the namespace that is brought back, as they were at a moment and as they are after other changes. */
type Past = { readonly at: string; readonly pages: readonly string[]; readonly earlier: Looks; readonly later: Looks };
type Looks = readonly Seen[];

const looksOf = (bench: Bench, pages: readonly string[]): Looks => pages.map((page) => seenOf(bench, page));

/** Changes a page, moves one, puts one away, and makes one, all after a moment that is answered. */
async function changedSince(bench: Bench): Promise<Past> {
  const by = (name: string): string =>
    writtenByHand(bench.wiki, 'past', { title: `${name} of ${bench.fresh()}`, text: `${name}.\n` });
  const pages = ['Changed', 'Moved', 'Put away', 'Left alone'].map(by);
  const [changed = '', moved = '', away = ''] = pages;
  const earlier = looksOf(bench, pages);
  // Nothing else was so at that moment.
  await pause(5);
  const at = new Date().toISOString();
  await pause(5);
  const asked: readonly (readonly [tool: string, args: object])[] = [
    ['update_page', { page: changed, expected_version: versionOf(bench, changed), title: 'Another', text: 'New.\n' }],
    ['move_page', { page: moved, parent: changed }],
    ['trash_page', { page: away, expected_version: versionOf(bench, away) }],
    ['create_page', { namespace: 'past', title: bench.fresh(), text: 'Made since.\n' }],
  ];
  const ids: string[] = [];
  for (const [tool, args] of asked) ids.push(await carryOut(bench, await propose(bench, tool, args)));
  const all = [...pages, ...madeBy(bench, ids.at(-1) ?? '')];
  const later = looksOf(bench, all);
  const gone = later.slice(-1).map((made) => ({ ...made, trashed: 1 }));
  return { at, pages: all, earlier: [...earlier, ...gone], later };
}

/** How many pages are as they have to be: one of them alone would be neither done nor not done. */
function allOf(bench: Bench, { pages, id, to }: { pages: readonly string[]; id: string; to: Looks }): Proposed {
  const effects = async (): Promise<Effects> => {
    const now = looksOf(bench, pages);
    const isSo = now.map((look, index) => isDeepStrictEqual(look, to[index]));
    // What nobody changed is so before and after.
    return {
      told: timesTold(bench, id),
      some: isSo.some((so, at) => so && at !== 3) ? 1 : 0,
      all: isSo.includes(false) ? 0 : 1,
    };
  };
  return proposed(bench, id, effects);
}

/** Asks for a change as another person than the one who decides it, who must not be the same where others are overwritten. */
async function askedByOther({ ledger: path }: Bench, tool: string, args: JsonObject): Promise<string> {
  const ledger = await openLedger(path);
  try {
    const asked = { server: 'knowledge', tool, args, about: null };
    return await requestByPerson({ ledger, now: () => new Date() }, operator.approver, asked);
  } finally {
    await ledger.close();
  }
}

const bringBack = (restores: Restores): Kind => ({
  ...named('bring-back', 'bring-back', restores),
  prepare: async (bench) => {
    const { at, pages, earlier, later } = await changedSince(bench);
    const args = { namespace: 'past', at, reason: 'a fault is tried' };
    const asked = await askedByOther(bench, 'bring_back_namespace', args);
    const { change_id: id, status } = await bench.person.reaches(asked, ['pending_approval', ...ended]);
    if (status !== 'pending_approval') throw new Error(`to bring a namespace back is ${status}`);
    if (restores === 0) return allOf(bench, { pages, id, to: earlier });
    const undo = await restoreOf(bench, await carryOut(bench, id));
    if (restores === 1) return allOf(bench, { pages, id: undo, to: later });
    return allOf(bench, { pages, id: await restoreOf(bench, await carryOut(bench, undo)), to: earlier });
  },
});

/** A ticket and a page are put back by one decision. */
const set: Kind = {
  name: 'page-set',
  on: 'pages',
  also: 'tickets',
  several: true,
  prepare: async (bench) => {
    const [key, page] = [await newTicket(bench), newPage(bench)];
    const before = { ticket: ticketSeen(bench, key), page: seenOf(bench, page) };
    const title = 'Another title';
    const changed = await carryOut(bench, await proposeTicket(bench, 'update_ticket', { ticket: key, title }));
    const update = { page, expected_version: versionOf(bench, page), title };
    const written = await carryOut(bench, await propose(bench, 'update_page', update));
    const reason = 'a fault is tried';
    const asked = await bench.person.post('/api/sets', { changes: [changed, written], reason, choice: 'refuse' });
    const path = `/api/sets/${asked.body.set_id}`;
    const { members } = await sealedSet(bench, path);
    const restoring = (original: string): string =>
      members.find(({ originals }: { originals: readonly string[] }) => originals.includes(original))?.change_id;
    const [ticket, id] = [restoring(changed), restoring(written)];
    return {
      ...{ id, writes: [ticket, id] },
      begin: async () => {
        const { body } = await bench.person.get(path);
        if (body.status === 'pending_approval')
          await bench.person.post(`${path}/decision`, { decision: 'approve', seal: body.seal });
        return id;
      },
      effects: async () => {
        await bench.person.reaches(ticket, ended);
        return {
          ticket: timesToldOfTicket(bench, key, ticket),
          ticket_there: isDeepStrictEqual(ticketSeen(bench, key), before.ticket) ? 1 : 0,
          page: timesTold(bench, id),
          page_there: isDeepStrictEqual(seenOf(bench, page), before.page) ? 1 : 0,
        };
      },
    };
  },
};

async function sealedSet(bench: Bench, path: string) {
  for (const end = performance.now() + patienceMs; performance.now() < end; await pause(20)) {
    const { body } = await bench.person.get(path);
    if (body.status === 'pending_approval') return body;
  }
  throw new Error('a set was never planned');
}

/** A page, a comment on a ticket that links to it, and a comment on another page that links to that: of two servers. */
const chain: Kind = {
  name: 'page-chain',
  on: 'pages',
  also: 'tickets',
  several: true,
  prepare: async (bench) => {
    const [key, page] = [await newTicket(bench), newPage(bench)];
    const made = await propose(bench, 'create_page', { namespace: 'wiki', title: bench.fresh(), text: 'One.\n' });
    const said = { ticket: key, body: 'See {{after.page_url}}.', after: made };
    const comment = await proposeTicket(bench, 'add_comment', said);
    const id = await propose(bench, 'comment_on_page', { page, body: 'Told: {{after.comment_url}}', after: comment });
    return {
      ...{ id, writes: [made, id] },
      begin: async () => {
        for (const each of [made, comment, id]) await approveWaiting(bench, each);
        return id;
      },
      effects: async () => ({
        create_page: madeBy(bench, made).length,
        comment: timesToldOfTicket(bench, key, comment),
        linked: ticketSeen(bench, key).comments.filter(({ body }) => /^See \S+\.$/.test(String(body))).length,
        comment_on_page: timesTold(bench, id),
        told: seenOf(bench, page).comments.filter(({ body }) => /^Told: \S+$/.test(body)).length,
      }),
    };
  },
};

/** How many pages are read in a case. */
const many = 8;

/** Pages of strangers are read while one is made: what was answered is on record, whatever happened to the server. */
const read: Kind = {
  name: 'page-read',
  on: 'pages',
  prepare: async (bench) => {
    const answered: string[] = [];
    const id = await propose(
      bench,
      'create_page',
      { namespace: 'visited', title: bench.fresh(), text: 'One.\n' },
      'visitor',
    );
    let reading: Promise<void> | undefined;
    return {
      ...{ id, writes: [id] },
      begin: async () => {
        reading ??= readAll(bench, strangersOf(bench, many), answered);
        await approveWaiting(bench, id);
        return id;
      },
      effects: async () => {
        await reading;
        const recorded = await readsOf(bench, 'soak-visitor');
        return {
          told: timesTold(bench, id),
          there: madeBy(bench, id).length,
          recorded: answered.length === many && answered.every((page) => recorded.has(`page:${page}`)) ? 1 : 0,
        };
      },
    };
  },
};

/** Reads pages one after the other, again where there is no answer; each is noted when there is one. */
async function readAll(bench: Bench, pages: readonly string[], answered: string[]): Promise<void> {
  const end = performance.now() + patienceMs;
  for (const page of pages) {
    while (performance.now() < end && !answered.includes(page)) {
      const got = await bench
        .pageAgent('visitor')
        .call('read_page', { page })
        .catch(() => null);
      if (got !== null) answered.push(page);
      else await pause(20);
    }
  }
}

/** Kinds of writes over many pages, or over two servers, and what is read beside one. */
export const wideKinds: readonly Kind[] = [...([0, 1, 2] as const).map(bringBack), set, chain, read];
