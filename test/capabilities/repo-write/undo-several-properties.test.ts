import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RestoreChoice } from '#shared/tools/index.ts';
import { FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, type Done, propose } from '../drive.ts';
import { asOne, undo } from './several.ts';

const paths = ['a', 'b', 'c', 'd'] as const;
const path = fc.constantFrom(...paths);
const content = fc.constantFrom('x', 'y', 'z', null);
const act = fc.record({ ours: fc.boolean(), files: fc.dictionary(path, content, { minKeys: 1, maxKeys: 3 }) });
const choices = fc.constantFrom<RestoreChoice>('refuse', 'untouched', 'overwrite');

type Written = { readonly ours: boolean; readonly text: string | null };

const textsOf = (repository: FakeRepository) => new Map(Object.entries(repository.texts('work')));

/** Plays it, and answers what was carried out and how each path came about. */
async function play(
  repository: FakeRepository,
  acts: readonly { ours: boolean; files: Record<string, string | null> }[],
) {
  const done: Done[] = [];
  const histories = new Map(paths.map((one): [string, Written[]] => [one, []]));
  for (const { ours, files } of acts) {
    const there = textsOf(repository);
    const changes = Object.entries(files).filter(([at, text]) => (there.get(at) ?? null) !== text);
    if (changes.length === 0) continue;
    for (const [at, text] of changes) histories.get(at)?.push({ ours, text });
    if (!ours) {
      repository.push('work', Object.fromEntries(changes));
      continue;
    }
    const written = changes.map(([at, text]) =>
      text === null ? { path: at, delete: true } : { path: at, content: text },
    );
    const args = { branch: 'work', message: 'M', files: written };
    done.push(await carryOut(repository, await propose(repository, 'commit_files', args)));
  }
  return { done, histories };
}

/** A file is judged by what it holds: others who put back exactly what we had left have left nothing of theirs. */
function judged(history: readonly Written[]): readonly Written[] {
  const kept: Written[] = [];
  for (const [index, one] of history.entries()) {
    kept.push(one);
    const ours = kept.findLastIndex((each) => each.ours);
    const isEndOfTheirs = !one.ours && history[index + 1]?.ours !== false;
    if (isEndOfTheirs && ours !== -1 && kept[ours]?.text === one.text) kept.length = ours + 1;
  }
  return kept;
}

/** What a path has to hold after all commits of ours were put back; the first text is how it began. */
function expected(texts: readonly Written[], choice: RestoreChoice): string | null {
  const first = texts.findIndex(({ ours }) => ours);
  const theirs = texts.findLastIndex(({ ours }) => !ours);
  const kept = choice === 'overwrite' && first !== -1 ? first - 1 : theirs;
  return texts[kept]?.text ?? null;
}

test('however commits of ours and of others alternate, all of ours together are put back and no other is lost', async () => {
  const seen = { refused: 0, undone: 0 };
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 7 }), choices, async (acts, choice) => {
      const start = { keep: 'k', a: 'x', b: 'y' };
      const repository = new FakeRepository(start);
      repository.branches.set('work', repository.head('main'));
      const { done, histories } = await play(repository, acts);
      if (done.length === 0) return;
      const now = textsOf(repository);
      expect(asOne(done)).not.toBeNull();
      const undone = await undo(repository, done, choice);
      seen['refused' in undone ? 'refused' : 'undone'] += 1;
      const end = textsOf(repository);
      const isLeft = 'refused' in undone && choice === 'refuse';
      for (const [at, history] of histories) {
        const texts = [{ ours: false, text: new Map(Object.entries(start)).get(at) ?? null }, ...judged(history)];
        expect(end.get(at) ?? null, `${at} ${choice}`).toBe(isLeft ? (now.get(at) ?? null) : expected(texts, choice));
      }
    }),
    { numRuns: 300, seed: 7 },
  );
  expect(Math.min(seen.refused, seen.undone)).toBeGreaterThan(20);
});
