import type { Cell, Table } from '../part.ts';
import { proposer } from '../proposer.ts';
import { median, timed } from '../statistics.ts';
import { live } from './life.ts';
import { type Place, reads } from './operations.ts';

const calls = 10;
const warmUps = 2;

/** Two ledgers that the same is asked of: one with hardly a past, and one with a long one. */
export type Both = readonly [young: Place, old: Place];

/** What was asked, of which of the two, and how long it took in milliseconds. */
type Observed = { readonly what: string; readonly which: number; readonly ms: number };

/** Asks both everything in turn, and sets the times side by side. `heads`: what the two are called. */
export async function compare(
  both: Both,
  { rounds, heads }: { readonly rounds: number; readonly heads: readonly string[] },
): Promise<Table> {
  const times = new Map<string, number[][][]>();
  const proposers = both.map(({ ledger }) => proposer(ledger));
  for (let round = -warmUps; round < rounds; round += 1) {
    for await (const { what, which, ms } of oneRound(both, proposers, round + warmUps)) {
      if (round >= 0) listOf(times, what, which, round).push(ms);
    }
    if (round >= 0) console.error(`round ${round + 1} of ${rounds}`);
  }
  const rows = [...times].map(([what, [young = [], old = []]]): Cell[] => {
    const ratios = old.map((list, round) => median(list) / median(young[round] ?? []));
    return [what, median(young.flat()), median(old.flat()), median(ratios)];
  });
  const [young = '', old = ''] = heads;
  const columns = [{ name: 'what' }, { name: young, digits: 3 }, { name: old, digits: 3 }, { name: '÷', digits: 2 }];
  return { columns, rows };
}

function listOf(times: Map<string, number[][][]>, what: string, which: number, round: number): number[] {
  const both = times.get(what) ?? [[], []];
  times.set(what, both);
  const rounds = both[which] ?? [];
  const list = rounds[round] ?? [];
  rounds[round] = list;
  return list;
}

async function* oneRound(
  both: Both,
  proposers: readonly ReturnType<typeof proposer>[],
  round: number,
): AsyncGenerator<Observed> {
  for (const { name: what, run } of reads) {
    for (const [which, place] of both.entries()) {
      for (let call = 0; call < calls; call += 1) {
        yield { what, which, ms: (await timed(() => run(place, round * calls + call)))[1] };
      }
    }
  }
  for (let call = 0; call < calls; call += 1) {
    for (const [which, place] of both.entries()) {
      const propose = proposers[which];
      if (!propose) continue;
      for (const [what, ms] of Object.entries(await live(place, propose))) yield { what, which, ms };
    }
  }
}
