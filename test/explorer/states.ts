import { type Condition, isOpen, type Move, moves, statuses } from '#shared/changes/transitions.ts';

/** Each condition of the transition table in words. */
const meanings: Readonly<Record<Condition, string>> = {
  sealed: 'the seal is kept, and the snapshot of the state before that it names',
  approved: 'approvals of this very seal that have not expired: of enough people, or of a rule or a task grant',
  rejected: 'there is a rejection of this very seal',
  claimed: 'an executor holds the lease',
  complete: 'every step has its receipt, and the state that was left is kept',
  nothing_done: 'no step took effect',
  something_done: 'at least one step took effect',
  in_doubt: 'a step was begun, and how it ended is not known',
  settled: 'no step is in doubt',
  earlier_approved: 'it comes after no other change, or that one is approved',
  earlier_applied: 'it comes after no other change, or that one is applied',
  earlier_lost: 'the change that it comes after ended, and was never applied',
  replaced: 'another change, which is sealed, is the next version of it',
};

/** What docs/states.md says, from the transition table. */
export function statesPage(): string {
  return `# The states of a change

Made by \`node test/explorer/draw.ts\` from the transition table in \`shared/changes/transitions.ts\`, which is also what the
executor moves changes by, what the ledger's triggers are made from, and what \`test/explorer\` explores exhaustively.

${diagram()}

## Moves

No row of the ledger moves in any other way, and none moves before what its move needs is there: the database refuses it.

${table(['from', 'to', 'who', 'when', 'needs'], moves.map(rowOf))}

## What moves need

${table(['need', 'meaning'], Object.entries(meanings))}

## Where a change stays

${table(['status', 'what it is'], statuses.map(restOf))}
`;
}

function diagram(): string {
  const ends = statuses.filter(isEnd).map((status) => `  ${status} --> [*]`);
  const edges = moves.map((move) => `  ${move.from} --> ${move.to}`);
  return ['```mermaid', 'stateDiagram-v2', '  direction LR', '  [*] --> planning', ...edges, ...ends, '```'].join('\n');
}

const isEnd = (status: Move['from']): boolean => moves.every((move) => move.from !== status);

function rowOf({ from, to, by, when, needs }: Move): string[] {
  return [from, to, by.join(', '), when, needs.join(', ')];
}

function restOf(status: Move['from']): string[] {
  if (isEnd(status)) return [status, 'an end'];
  return [status, isOpen(status) ? 'open' : 'at rest; it can be taken up again'];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
