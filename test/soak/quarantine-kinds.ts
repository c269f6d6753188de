import { withdrawn } from '#capabilities/knowledge-write/comment/text.ts';
import { ended } from '#test/e2e/people.ts';
import type { Bench } from './bench.ts';
import { named, onPage, propose, type Restores, same } from './page-kinds.ts';
import { approveWaiting, carryOut, type Kind, type Proposed, restoreOf } from './prepare.ts';
import { madeBy, type Seen, seenOf, timesTold, versionOf } from './wiki.ts';

/** What an agent leaves that nobody decides, on a page of its own. */
type Note = {
  readonly name: string;
  readonly tool: string;
  readonly asks: (bench: Bench, page: string) => object;
  /** The page that is looked at: its own one, unless it is the one that is made. */
  readonly made?: true;
  /** Whether it waits there, and whether everybody sees it. */
  readonly waits: (now: Seen) => boolean;
  readonly isOut: (now: Seen) => boolean;
  /** Whether it is there again after it was taken back, by a person's word. */
  readonly isBack: (now: Seen) => boolean;
};

const words = 'A note that is written once.\n';

const notes: readonly Note[] = [
  {
    name: 'note',
    tool: 'create_page',
    made: true,
    asks: (bench, parent) => ({ namespace: 'notes', parent, title: bench.fresh(), text: words }),
    waits: ({ published, drafts }) => published === null && drafts[0]?.text === words,
    isOut: ({ published, drafts }) => published?.text === words && drafts.length === 0,
    isBack: ({ published, drafts, trashed }) => trashed === 0 && published === null && drafts[0]?.text === words,
  },
  {
    name: 'draft',
    tool: 'update_page',
    asks: (bench, page) => ({ page, expected_version: versionOf(bench, page), text: words }),
    waits: ({ published, drafts }) => published?.text === own && drafts[0]?.text === words,
    isOut: ({ published, drafts }) => published?.text === words && drafts.length === 0,
    isBack: ({ published, drafts }) => published?.text === words && drafts.length === 0,
  },
  {
    name: 'remark',
    tool: 'comment_on_page',
    asks: (_bench, page) => ({ page, body: words }),
    waits: ({ comments }) => comments.length === 1 && comments[0]?.accepted === 0,
    isOut: ({ comments }) => comments.length === 1 && comments[0]?.accepted === 1,
    isBack: ({ comments }) =>
      comments.length === 1 && comments[0]?.accepted === 1 && comments[0].body === words.trimEnd(),
  },
];

const own = 'A page of its own.\n';

/** A page of the agent's own, which a person let it make. */
async function ownPage(bench: Bench): Promise<string> {
  const asked = { namespace: 'notes', title: bench.fresh(), text: own };
  const made = await carryOut(bench, await propose(bench, 'create_page', asked, 'notes'));
  return madeBy(bench, made)[0] ?? '';
}

const proposeNote = (bench: Bench, { tool, asks }: Note, page: string, more: object = {}): Promise<string> =>
  propose(bench, tool, { ...asks(bench, page), ...more }, 'notes');

/** A rule decides it; it is carried out after a change that a person decides. */
const unseen = (note: Note): Kind => ({
  name: `page-${note.name}`,
  on: 'pages',
  prepare: async (bench) => {
    const page = await ownPage(bench);
    const asked = { namespace: 'notes', title: bench.fresh(), text: own };
    const before = await propose(bench, 'create_page', asked, 'notes');
    const id = await proposeNote(bench, note, page, { after: before });
    const looked = (): string | undefined => (note.made ? madeBy(bench, id)[0] : page);
    return {
      ...{ id, writes: [before, id] },
      begin: async () => {
        await approveWaiting(bench, before);
        return id;
      },
      effects: async () => {
        const at = looked();
        const there = at !== undefined && note.waits(seenOf(bench, at)) ? 1 : 0;
        return { first: timesTold(bench, before), told: timesTold(bench, id), there };
      },
    };
  },
});

/** A person lets others find it, takes that back, and lets them find it again. */
const accept =
  (restores: Restores) =>
  (note: Note): Kind => ({
    ...named(`accept-${note.name}`, `accept-${note.name}`, restores),
    prepare: async (bench) => {
      const page = await ownPage(bench);
      const made = await proposeNote(bench, note, page);
      await bench.person.reaches(made, ended);
      const at = note.made ? (madeBy(bench, made)[0] ?? '') : page;
      if (!note.waits(seenOf(bench, at))) throw new Error(`${made} does not wait in quarantine`);
      const asked = await bench.person.post(`/api/changes/${made}/accept`, { reason: 'a fault is tried' });
      const { change_id: accepted } = await bench.person.reaches(asked.body.change_id, ['pending_approval', ...ended]);
      const isOut = onNote(bench, { note, at, made }, true);
      if (restores === 0) return isOut(accepted);
      const undo = await restoreOf(bench, await carryOut(bench, accepted));
      if (restores === 1) return onNote(bench, { note, at, made }, false)(undo);
      return isOut(await restoreOf(bench, await carryOut(bench, undo)));
    },
  });

const onNote =
  (bench: Bench, { note, at }: { note: Note; at: string; made: string }, isOut: boolean) =>
  (id: string): Proposed =>
    onPage(bench, at, id, isOut ? note.isOut : note.waits);

/** A person takes back what waits, and lets it wait again. */
const withdraw =
  (restores: 1 | 2) =>
  (note: Note): Kind => ({
    ...named(note.name, note.name, restores),
    prepare: async (bench) => {
      const page = await ownPage(bench);
      const before = seenOf(bench, page);
      const made = await proposeNote(bench, note, page);
      await bench.person.reaches(made, ended);
      const at = note.made ? (madeBy(bench, made)[0] ?? '') : page;
      const id = await restoreOf(bench, made);
      if (restores === 2) {
        const again = await restoreOf(bench, await carryOut(bench, id));
        return onPage(bench, at, again, note.isBack);
      }
      if (note.made) return onPage(bench, at, id, ({ trashed, published }) => trashed === 1 && published === null);
      if (note.tool === 'update_page') return onPage(bench, at, id, (now) => same(now, before));
      return onPage(bench, at, id, ({ comments }) => comments.length === 1 && comments[0]?.body === withdrawn);
    },
  });

/** What waits in quarantine, and how it comes out of it. */
export const quarantineKinds: readonly Kind[] = [
  ...notes.map(unseen),
  ...([1, 2] as const).flatMap((restores) => notes.map(withdraw(restores))),
  ...([0, 1, 2] as const).flatMap((restores) => notes.map(accept(restores))),
];
