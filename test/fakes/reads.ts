import { callRecord } from '#shared/changes/call-record.ts';
import type { Told } from '#shared/tools/index.ts';
import type { NotesKit } from './notes-kit.ts';

/** Something that an answer tells of, of which it is wanted what is given. */
export const told = (thing: string, more: Partial<Told> = {}): Told => {
  return { thing, name: thing, revision: 'r1', rank: null, trust: 'trusted', ...more };
};

/** An agent of a kit reads something, as a server has it on record. */
export async function reads(
  {
    ledger,
    clock,
    blueprint,
  }: Pick<NotesKit, 'ledger'> & {
    readonly clock: Pick<NotesKit['clock'], 'now'>;
    readonly blueprint: Pick<NotesKit['blueprint'], 'agent' | 'name'>;
  },
  things: readonly Told[],
  { agent = blueprint.agent, server = 'tickets', tool = 'get_ticket' } = {},
): Promise<void> {
  const onProblem = (error: unknown): never => {
    throw error;
  };
  const calls = callRecord({ ledger, now: clock.now, onProblem });
  const actor = { kind: 'agent', agent, blueprint: blueprint.name } as const;
  calls.begin()({ type: 'tool.read', actor, body: { server, tool, outcome: 'ok', asks: [] }, told: things });
  await calls.close();
}
