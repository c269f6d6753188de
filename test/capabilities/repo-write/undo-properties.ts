import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '#shared/errors.ts';
import { type Edits, type FakeFile, FakeRepository } from '#test/fakes/repository.ts';
import { carryOut, otherMark, planRestore, propose, restore } from '../drive.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd.txt', 'é');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'));
const bytes = fc.oneof(
  fc.constantFrom('', 'x', 'x\n', 'x\r\ny\r\n', 'unique line\nother\n').map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 6 }).map((each) => Buffer.from(each)),
);
const file = fc.record({ mode: fc.constantFrom('100644', '100644', '100644', '100755', '120000'), bytes });

/** A tree in which no file is in another's way. */
const tree = fc.array(fc.tuple(path, file), { maxLength: 8 }).map((entries) => {
  const kept = new Map<string, FakeFile>([['keep', { mode: '100644', bytes: Buffer.from('k') }]]);
  for (const [each, value] of entries) {
    const clash = [...kept.keys()].some((other) => other.startsWith(`${each}/`) || each.startsWith(`${other}/`));
    if (!clash) kept.set(each, value);
  }
  return Object.fromEntries(kept);
});

const change = fc.oneof(
  fc.record({ path, content: fc.constantFrom('', 'new', 'x\n', 'two\nlines') }),
  fc.record({ path, base64: bytes.map((each) => each.toString('base64')) }),
  fc.record({ path, edits: fc.constant([{ find: 'unique', replace: 'edited' }]) }),
  fc.record({ path, delete: fc.constant(true) }),
  fc.record({ path, move_from: path }),
);
const changes = fc.array(change, { minLength: 1, maxLength: 5 });

/** Proposes on a branch of its own; null when the change cannot be made, which must be said with a code. */
async function tryPropose(repository: FakeRepository, files: readonly unknown[]) {
  try {
    return await propose(repository, 'commit_files', { branch: 'work', message: 'M', files });
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'ZodError') return null;
    throw error;
  }
}

/** Proposes as many of the changes as can be made together. */
async function proposeSome(repository: FakeRepository, wanted: readonly unknown[]) {
  repository.branches.set('work', repository.head('main'));
  let files: readonly unknown[] = [];
  for (const each of wanted) {
    if ((await tryPropose(repository, [...files, each])) !== null) files = [...files, each];
  }
  return files.length === 0 ? null : tryPropose(repository, files);
}

/** Tests that for any tree and any change the undo is exact, tried so often. */
export function undoProperties(numRuns: number): void {
  describe('for any tree and any change', () => {
    test('what is accepted is carried out as shown, and its undo gives the tree back exactly, again and again', async () => {
      let accepted = 0;
      await fc.assert(
        fc.asyncProperty(tree, changes, async (files, wanted) => {
          const repository = new FakeRepository(files);
          const proposal = await proposeSome(repository, wanted);
          if (proposal === null) return;
          accepted += 1;
          const before = repository.tree('work');
          const done = await carryOut(repository, proposal);
          const after = repository.tree('work');
          expect(new Map(shown(proposal, before))).toEqual(
            new Map([...after].map(([at, { mode, bytes: is }]) => [at, `${mode} ${Buffer.from(is).toString('hex')}`])),
          );
          const undone = await restore(repository, done);
          expect(repository.tree('work')).toEqual(before);
          await restore(repository, undone);
          expect(repository.tree('work')).toEqual(after);
        }),
        { numRuns, seed: 42 },
      );
      expect(accepted).toBeGreaterThan(numRuns / 2);
    });

    test('an undo never changes what someone else wrote since, unless told to overwrite', async () => {
      let conflicts = 0;
      await fc.assert(
        fc.asyncProperty(
          tree,
          changes,
          fc.array(fc.tuple(fc.nat(20), path, bytes), { minLength: 1, maxLength: 3 }),
          async (files, wanted, theirs) => {
            const repository = new FakeRepository(files);
            const proposal = await proposeSome(repository, wanted);
            if (proposal === null) return;
            const before = repository.tree('work');
            const done = await carryOut(repository, proposal);
            const left = repository.tree('work');
            const paths = [...left.keys()];
            const pushed = theirs.map(([pick, free, is]) => [paths[pick] ?? free, is] as const);
            const edits: Edits = Object.fromEntries(pushed.filter(([at]) => fits(left, at)));
            repository.push('work', edits);
            const now = repository.tree('work');
            if ('refused' in (await planRestore(repository, done))) conflicts += 1;
            const planned = await planRestore(repository, done, 'untouched');
            if ('refused' in planned) return;
            await carryOut(repository, planned, { mark: otherMark });
            const end = repository.tree('work');
            expectTheirs({ before, left, now, end });
          },
        ),
        { numRuns, seed: 42 },
      );
      expect(conflicts).toBeGreaterThan(numRuns / 16);
    });
  });
}

type Tree = ReturnType<FakeRepository['tree']>;

/** That all is in the end as it is now, but for what the change wrote and nobody has touched since. */
function expectTheirs({ before, left, now, end }: Readonly<Record<'before' | 'left' | 'now' | 'end', Tree>>): void {
  for (const [at, is] of now) {
    const ours = left.get(at) !== before.get(at) && same(is, left.get(at));
    if (!ours) expect(end.get(at)).toEqual(is);
  }
}

function same(one: FakeFile | undefined, other: FakeFile | undefined): boolean {
  return (
    one !== undefined && other !== undefined && one.mode === other.mode && Buffer.compare(one.bytes, other.bytes) === 0
  );
}

function fits(there: ReadonlyMap<string, FakeFile>, at: string): boolean {
  return ![...there.keys()].some((other) => other.startsWith(`${at}/`) || at.startsWith(`${other}/`));
}

/** The tree as the approver was told it would be. */
function shown(
  proposal: Awaited<ReturnType<typeof propose>>,
  before: ReadonlyMap<string, FakeFile>,
): ReadonlyMap<string, string> {
  const told = new Map(
    [...before].map(([at, { mode, bytes: is }]) => [at, `${mode} ${Buffer.from(is).toString('hex')}`]),
  );
  for (const effect of proposal.description.effects) {
    if (effect.kind !== 'file') continue;
    if (effect.after === null) told.delete(effect.path);
    else
      told.set(
        effect.path,
        `${effect.after.mode} ${Buffer.from(proposal.contents.get(effect.after.content)).toString('hex')}`,
      );
  }
  return told;
}
