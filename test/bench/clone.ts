import { type GitKit, git, startGitKit } from '#test/servers/github/git/kit.ts';
import type { Cell, Part } from './part.ts';
import { spread, spreadColumns, timed } from './statistics.ts';

const files = 50_000;
/** A quick look shows that all of it works. */
const fewFiles = 500;
const mostRounds = 5;

export const clonePart: Part = {
  name: 'clone',
  title: 'Git over HTTP',
  about:
    `A git client that clones and fetches a repository of ${files} small files in 500 folders (${fewFiles} with one round), ` +
    'without checking it out unless it says so. Beside it the same clone by git alone, from the folder behind forge: what ' +
    'stays is what git itself takes. "First" is with nothing mirrored yet. After each fetch of a commit the next one has ' +
    'another to fetch.',
  measure: async ({ rounds }) => {
    const kit = await startGitKit();
    const count = rounds === 1 ? fewFiles : files;
    try {
      fill(kit, count);
      const samples = new Map<string, number[]>();
      for (let round = 0; round < Math.min(rounds, mostRounds); round += 1) {
        await kit.forget();
        for (const [what, ms] of await measureOnce(kit)) samples.set(what, [...(samples.get(what) ?? []), ms]);
      }
      const rows: Cell[][] = [...samples].map(([what, all]) => [what, count, ...spread(all)]);
      return [{ columns: [{ name: 'what' }, { name: 'files' }, ...spreadColumns], rows }];
    } finally {
      await kit.close();
    }
  },
};

async function measureOnce(kit: GitKit): Promise<[what: string, ms: number][]> {
  const url = kit.url();
  const partial = kit.folder();
  const whole = kit.folder();
  const measured: [what: string, ms: number][] = [];
  const note = async (what: string, ...args: string[]): Promise<void> => {
    const [, ms] = await timed(() => git(...args));
    measured.push([what, ms]);
  };
  const clone = ['clone', '--quiet', '--no-checkout'];
  const { run, dir } = kit.upstream;
  await note('git alone: clone', ...clone, `file://${dir}`, kit.folder());
  await note('first clone', ...clone, url, kit.folder());
  await note('clone', ...clone, url, whole);
  await note('clone --depth=1', ...clone, '--depth=1', url, kit.folder());
  await note('clone --filter=blob:none', ...clone, '--filter=blob:none', url, partial);
  await note('checkout of that', '-C', partial, 'checkout', '--quiet', 'main');
  run('update-ref', 'refs/heads/main', run('commit-tree', 'main^{tree}', '-p', 'main', '-m', 'one more'));
  await note('fetch of one commit', '-C', whole, 'fetch', '--quiet');
  await note('fetch of nothing new', '-C', whole, 'fetch', '--quiet');
  return measured;
}

/** Makes the files, each with a content of its own, as the first commit of main. */
function fill({ upstream }: GitKit, count: number): void {
  const file = (at: number): string => `M 644 inline d${at % 500}/f${at}.txt\ndata <<.\nfile ${at}\n.\n`;
  const all = Array.from({ length: count }, (_, at) => file(at)).join('');
  const head = 'commit refs/heads/main\ncommitter a <a@example.com> 1700000000 +0000\ndata <<.\nx\n.\n';
  upstream.feed(`${head}${all}`, 'fast-import', '--force', '--quiet');
}
