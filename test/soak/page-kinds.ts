import { isDeepStrictEqual } from 'node:util';
import { withdrawn } from '#capabilities/knowledge-write/comment/text.ts';
import type { Bench, PageAgent } from './bench.ts';
import { writtenByHand } from './fill-wiki.ts';
import { carryOut, type Effects, type Kind, type Proposed, proposed, restoreOf } from './prepare.ts';
import { madeBy, type Seen, seenOf, timesTold, versionOf } from './wiki.ts';

export type Restores = 0 | 1 | 2;
const prefixes = ['', 'restore-', 'restore-restore-'] as const;

/** One kind of write to a page. */
type Writing = {
  readonly name: string;
  /** Another one that writes the same to the file. */
  readonly like?: string;
  readonly tool: string;
  /** What is asked beside the page, where something has to be there for it. */
  readonly asks: (bench: Bench, page: string) => Promise<object>;
  /** Whether the page is as it was asked for. */
  readonly isDone: (now: Seen, before: Seen) => boolean;
  /** Whether it was put back; as it was before unless given. */
  readonly isBack?: (now: Seen, before: Seen) => boolean;
};

/** Proposes something as one of the agents of pages; answers the change. */
export async function propose(bench: Bench, tool: string, args: object, by: PageAgent = 'writer'): Promise<string> {
  return (await bench.pageAgent(by).call(tool, { reason: 'a fault is tried', ...args })).change_id;
}

const first = 'Prices are shown with two decimals.';
const second = 'Returns take a week.';
const text = `# Prices\n\n${first}\n\n# Returns\n\n${second}\n\n# Gifts\n\nA card comes along.\n`;

/** A page that a person wrote. */
export function newPage(bench: Bench): string {
  return writtenByHand(bench.wiki, 'wiki', { title: `About ${bench.fresh()}`, text });
}

/** What a change did to a page: how often the file tells of it, and whether the page is as it has to be. */
export function onPage(bench: Bench, page: string, id: string, isSo: (now: Seen) => boolean): Proposed {
  const effects = async (): Promise<Effects> => ({
    told: timesTold(bench, id),
    there: isSo(seenOf(bench, page)) ? 1 : 0,
  });
  return proposed(bench, id, effects);
}

export const same = (now: Seen, before: Seen): boolean => isDeepStrictEqual(now, before);

/** The name of a kind of pages. The restore of a restore is written as a restore is. */
export function named(name: string, like: string, restores: Restores): Pick<Kind, 'name' | 'on' | 'like'> {
  const [full, of] = [`${prefixes[restores]}page-${name}`, `${prefixes[restores === 2 ? 1 : restores]}page-${like}`];
  return { name: full, on: 'pages', ...(full !== of && { like: of }) };
}

const kindOf =
  ({ name, like = name, tool, asks, isDone, isBack = same }: Writing) =>
  (restores: Restores): Kind => ({
    ...named(name, like, restores),
    prepare: async (bench) => {
      const page = newPage(bench);
      const args = await asks(bench, page);
      const before = seenOf(bench, page);
      const made = await propose(bench, tool, { page, ...args });
      if (restores === 0) return onPage(bench, page, made, (now) => isDone(now, before));
      await carryOut(bench, made);
      const left = seenOf(bench, page);
      const undo = await restoreOf(bench, made);
      if (restores === 1) return onPage(bench, page, undo, (now) => isBack(now, before));
      const again = await restoreOf(bench, await carryOut(bench, undo));
      return onPage(bench, page, again, (now) => same(now, left));
    },
  });

/** Whether nothing but its words is another, and those are these. */
const says =
  (title: string | null, changed: string) =>
  (now: Seen, before: Seen): boolean =>
    same(now, { ...before, published: { title: title ?? before.published?.title ?? '', text: changed } });

const words = 'A comment that is written once.';
const bodies = ({ comments }: Seen): readonly string[] => comments.map(({ body }) => body);

async function commentOn(bench: Bench, page: string): Promise<string> {
  await carryOut(bench, await propose(bench, 'comment_on_page', { page, body: 'Is it so?' }));
  return String(seenOf(bench, page).comments[0]?.id);
}

const expecting = (bench: Bench, page: string) => ({ expected_version: versionOf(bench, page) });

const writings: readonly Writing[] = [
  {
    name: 'edit',
    tool: 'update_page',
    asks: async (bench, page) => ({
      ...expecting(bench, page),
      title: 'Another title',
      edits: [
        { find: first, replace: 'Prices have no decimals.' },
        { find: 'a week', replace: 'two weeks' },
      ],
    }),
    isDone: says('Another title', text.replace(first, 'Prices have no decimals.').replace('a week', 'two weeks')),
  },
  {
    name: 'section',
    like: 'edit',
    tool: 'update_page',
    asks: async (bench, page) => ({
      ...expecting(bench, page),
      section: { heading: 'Returns', how: 'replace', text: 'Nothing is taken back.' },
    }),
    isDone: says(null, text.replace(second, 'Nothing is taken back.')),
  },
  {
    name: 'whole',
    like: 'edit',
    tool: 'update_page',
    asks: async (bench, page) => ({ ...expecting(bench, page), text: 'All of it is new.\n' }),
    isDone: says(null, 'All of it is new.\n'),
  },
  {
    name: 'move',
    tool: 'move_page',
    asks: async (bench) => ({ parent: newPage(bench) }),
    isDone: (now, before) => now.parent !== null && same({ ...now, parent: null }, before),
  },
  {
    name: 'trash',
    tool: 'trash_page',
    asks: async (bench, page) => expecting(bench, page),
    isDone: (now, before) => same(now, { ...before, trashed: 1 }),
  },
  {
    name: 'comment',
    tool: 'comment_on_page',
    asks: async () => ({ body: words }),
    isDone: (now) => isDeepStrictEqual(bodies(now), [words]),
    isBack: (now) => isDeepStrictEqual(bodies(now), [withdrawn]),
  },
  {
    name: 'answer',
    like: 'comment',
    tool: 'comment_on_page',
    asks: async (bench, page) => ({ reply_to: await commentOn(bench, page), body: words }),
    isDone: ({ comments }, before) => comments[1]?.body === words && comments[1].answers === before.comments[0]?.id,
    isBack: (now) => isDeepStrictEqual(bodies(now), ['Is it so?', withdrawn]),
  },
];

/** A page is made, goes into the trash, and comes back out of it. */
const create = (restores: Restores): Kind => ({
  ...named('create', 'create', restores),
  prepare: async (bench) => {
    const made = await propose(bench, 'create_page', { namespace: 'wiki', title: bench.fresh(), text });
    if (restores === 0) {
      const isIt = ([page]: readonly string[]) => page !== undefined && seenOf(bench, page).published?.text === text;
      return proposed(bench, made, async () => ({
        told: timesTold(bench, made),
        there: isIt(madeBy(bench, made)) ? madeBy(bench, made).length : 0,
      }));
    }
    await carryOut(bench, made);
    const [page = ''] = madeBy(bench, made);
    const left = seenOf(bench, page);
    const undo = await restoreOf(bench, made);
    if (restores === 1) return onPage(bench, page, undo, (now) => same(now, { ...left, trashed: 1 }));
    return onPage(bench, page, await restoreOf(bench, await carryOut(bench, undo)), (now) => same(now, left));
  },
});

/** Every kind of write of the tools for pages by which one page or comment is written, on the embedded knowledge server. */
export const pageKinds: readonly Kind[] = [create, ...writings.map(kindOf)].flatMap((of) =>
  ([0, 1, 2] as const).map(of),
);
