import { branchProblem } from '#capabilities/repo/branch.ts';
import { AppError } from '#shared/errors.ts';
import type { Refs } from '../refs.ts';
import { notForward } from './chain.ts';
import { type Command, type PushRequest, zeroOid } from './commands.ts';

/** The one branch that a push moves: from where (null for a new one) to where. */
export type PushTarget = { readonly branch: string; readonly from: string | null; readonly to: string };

/** What a push is about, where it is one that can be taken. Throws AppError that says what to do instead. */
export function targetOf({ commands }: PushRequest, refs: Refs): PushTarget {
  const [command, ...more] = commands;
  if (command === undefined) throw new AppError('invalid_arguments', 'Nothing is pushed.');
  if (more.length > 0) {
    throw new AppError('unsupported', `One push is one change, and this one moves ${commands.length} refs.`, {
      next: 'Push one branch at a time: git push origin BRANCH.',
    });
  }
  const branch = branchOf(command);
  const from = command.from === zeroOid ? null : command.from;
  const there = refs.ids.get(command.ref) ?? null;
  if (there !== from) throw notForward();
  return { branch, from, to: command.to };
}

function branchOf({ ref, to }: Command): string {
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null;
  if (branch === null) {
    throw new AppError('unsupported', `${JSON.stringify(ref)} is no branch, and only branches are taken.`, {
      next: 'Push a branch: git push origin HEAD:BRANCH. Tags are made by people.',
    });
  }
  const problem = branchProblem(branch);
  if (problem !== null) throw new AppError('invalid_arguments', `The name of the branch ${problem}.`);
  if (to !== zeroOid) return branch;
  throw new AppError('unsupported', 'Branches are not deleted by a push.', { next: 'Use the tool delete_branch.' });
}
