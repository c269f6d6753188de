import { withdrawn } from '#capabilities/knowledge-write/comment/text.ts';
import type { Bench } from './bench.ts';
import { propose } from './page-kinds.ts';
import { carryOut, type Effects, type Kind, proposed, restoreOf } from './prepare.ts';
import type { VendorName, VendorPage } from './vendors/vendor.ts';

/** One kind of write to a page at a vendor. */
type Writing = {
  readonly name: string;
  readonly tool: string;
  readonly asks: (bench: Bench, page: string, version: string) => object;
  /** How often it is there. */
  readonly done: (now: VendorPage, before: VendorPage) => number;
  /** How often it was put back. */
  readonly undone: (now: VendorPage, before: VendorPage) => number;
};

const first = 'Prices are shown with two decimals.';
const changed = 'Prices have no decimals.';
const words = 'A comment that is written once.';

const is = (so: boolean): number => (so ? 1 : 0);
const times = (texts: readonly string[], word: string): number => texts.filter((text) => text.includes(word)).length;

/** How many states a page came to since, where the vendor counts them; else whether it is so. */
const states = (now: VendorPage, before: VendorPage, so: boolean): number =>
  so && now.versions !== null && before.versions !== null ? now.versions - before.versions : is(so);

const writings: readonly Writing[] = [
  {
    name: 'edit',
    tool: 'update_page',
    asks: (_bench, _page, version) => ({ expected_version: version, edits: [{ find: first, replace: changed }] }),
    done: (now, before) => states(now, before, now.text.includes(changed)),
    undone: (now, before) => states(now, before, now.text.includes(first)),
  },
  {
    name: 'title',
    tool: 'update_page',
    asks: (bench, _page, version) => ({ expected_version: version, title: `Now ${bench.fresh()}` }),
    done: (now, before) => states(now, before, now.title.startsWith('Now ')),
    undone: (now, before) => states(now, before, !now.title.startsWith('Now ')),
  },
  {
    name: 'move',
    tool: 'move_page',
    asks: (bench) => ({ parent: newPage(bench) }),
    done: (now, before) => is(now.parent !== before.parent),
    undone: (now, before) => is(now.parent !== before.parent),
  },
  {
    name: 'trash',
    tool: 'trash_page',
    asks: (_bench, _page, version) => ({ expected_version: version }),
    done: ({ isTrashed }) => is(isTrashed),
    undone: ({ isTrashed }) => is(!isTrashed),
  },
  {
    name: 'comment',
    tool: 'comment_on_page',
    asks: () => ({ body: words }),
    done: ({ comments }) => times(comments, words),
    undone: ({ comments }) => times(comments, withdrawn),
  },
];

const newPage = ({ vendor, fresh }: Bench): string => vendor().newPage(`About ${fresh()}`, first);

async function versionOf(bench: Bench, page: string): Promise<string> {
  return (await bench.pageAgent('writer').call('read_page', { page })).version;
}

const kindOf =
  (on: VendorName, { name, tool, asks, done, undone }: Writing) =>
  (restores: 0 | 1): Kind => ({
    name: `${restores === 0 ? '' : 'restore-'}${on}-${name}`,
    on,
    once: true,
    prepare: async (bench) => {
      const page = newPage(bench);
      const look = (): VendorPage => bench.vendor().page(page);
      const made = await propose(bench, tool, { page, ...asks(bench, page, await versionOf(bench, page)) });
      if (restores === 1) await carryOut(bench, made);
      const id = restores === 0 ? made : await restoreOf(bench, made);
      const before = look();
      const effects = async (): Promise<Effects> => ({ [tool]: (restores === 0 ? done : undone)(look(), before) });
      return proposed(bench, id, effects);
    },
  });

/** A page is made, and goes into the trash. */
const create =
  (on: VendorName) =>
  (restores: 0 | 1): Kind => ({
    name: `${restores === 0 ? '' : 'restore-'}${on}-create`,
    on,
    once: true,
    prepare: async (bench) => {
      const title = bench.fresh();
      const made = await propose(bench, 'create_page', { namespace: 'soak', title, text: first });
      const found = () => bench.vendor().titled(title);
      if (restores === 0) return proposed(bench, made, async () => ({ create_page: found().length }));
      await carryOut(bench, made);
      const [page = ''] = found();
      const id = await restoreOf(bench, made);
      return proposed(bench, id, async () => ({ trash: is(bench.vendor().page(page).isTrashed) }));
    },
  });

/** Every kind of write of the tools for pages, at the vendors' stand-ins. */
export const vendorKinds: readonly Kind[] = (['confluence', 'notion'] as const).flatMap((on) =>
  [create(on), ...writings.map((writing) => kindOf(on, writing))].flatMap((of) => ([0, 1] as const).map(of)),
);
