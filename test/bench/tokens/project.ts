import type { PullRequest } from '#capabilities/repo/types.ts';
import type { FileDiff } from '#capabilities/repo-read/ports.ts';
import { FakeRepository } from '#test/fakes/repository.ts';

/** How many there are of each thing that is listed. */
export const counts = { list: 30, checks: 10, threads: 5, found: 10 } as const;

const people = ['alice-martin', 'bob-ng', 'carol-diaz', 'dependabot[bot]'] as const;
const areas = ['checkout', 'search', 'returns', 'catalogue', 'sessions'] as const;

const times = <T>(count: number, make: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));
const pick = <T>(from: readonly [T, ...T[]], at: number): T => from[at % from.length] ?? from[0];

const codeLine = (at: number): string =>
  pick(
    [
      `  const total${at} = lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);`,
      `  if (total${at} > limits.free) return { ...order, shipping: 0 };`,
      '',
      `  // Step ${at}: what is out of stock is taken off the order.`,
      `  await warehouse.reserve(order.id, ${at});`,
    ],
    at,
  );

export const pathOf = (at: number): string => `src/checkout/${pick(areas, at)}-step-${at}.ts`;

const patch = (at: number): string =>
  [
    '@@ -10,6 +10,7 @@ export function step() {',
    ...times(3, (line) => ` ${codeLine(at + line)}`),
    `-${codeLine(at + 3)}`,
    ...times(2, (line) => `+${codeLine(at + 40 + line)}`),
    ...times(3, (line) => ` ${codeLine(at + 10 + line)}`),
  ].join('\n');

export const diffs: readonly FileDiff[] = times(6, (at) => ({
  ...{ path: pathOf(at), previousPath: null, status: 'modified' as const, additions: 2, deletions: 1 },
  patch: patch(at),
}));

const body = (at: number): string =>
  `Makes step ${at} of the ${pick(areas, at)} say what is wrong with an order before it is paid.\n\n` +
  `- checks the stock once more\n- keeps what was typed\n- tells the customer which line it is\n\nFixes #${400 + at}.`;

/** A repository as a team of four would have it: what is asked for is the same for both servers. */
export function project(): { readonly repository: FakeRepository; readonly pull: PullRequest } {
  const steps = times(counts.list, (at) => [pathOf(at), `${times(200, codeLine).join('\n')}\n`] as const);
  const repository = new FakeRepository({ 'README.md': '# Shop\n', ...Object.fromEntries(steps) });
  for (let at = 0; at < counts.list; at += 1) {
    const message = `Tell which line of an order is wrong in ${pick(areas, at)} (#${at})\n\nIt was one sentence for all.`;
    repository.push('main', { [pathOf(at)]: `${codeLine(at)}\n` }, { author: pick(people, at), message });
    const branch = `${pick(areas, at)}/say-what-is-wrong-${at}`;
    repository.branches.set(branch, repository.head('main'));
    const about = { head: branch, base: 'main', author: pick(people, at), body: body(at), draft: at % 4 === 0 };
    repository.openPull({
      ...about,
      title: `Say what is wrong with an order in ${pick(areas, at)}`,
      standing: 'member',
    });
  }
  const pull = repository.pull(1);
  repository.diffs.set(pull.number, diffs);
  repository.ci.set(
    pull.headOid,
    times(counts.checks, (at) => ({
      ...{ name: `test (${pick(areas, at)}, node 24)`, state: at === 3 ? 'failure' : 'success', title: null },
      ...{ url: `https://github.com/acme/web/actions/runs/1630194${at}/job/4601182${at}`, job: 46_011_820 + at },
      app: 'github-actions',
    })),
  );
  repository.threads.set(
    pull.number,
    times(counts.threads, (at) => ({
      ...{ nodeId: `PRRT_kwDOABCD1234567${at}`, path: pathOf(at), line: 12 + at, startLine: null },
      ...{ resolved: false, outdated: false, total: 2 },
      comments: times(2, (said) => ({
        ...{ author: pick(people, at + said), standing: 'member' as const, createdAt: '2026-03-01T09:00:00Z' },
        body: `What becomes of an order of ${at + said} lines here? I would rather have it told than dropped.`,
        url: `https://github.com/acme/web/pull/1#discussion_r18840${at}${said}`,
      })),
    })),
  );
  return { repository, pull };
}
