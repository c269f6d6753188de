import { callRecord } from '#shared/changes/call-record.ts';
import type { Told } from '#shared/tools/index.ts';
import type { NotesKit } from './notes-kit.ts';

/** Something that an answer tells of, of which it is wanted what is given. */
export const told = (thing: string, more: Partial<Told> = {}): Told => {
  return { thing, name: thing, revision: 'r1', rank: null, trust: 'trusted', ...more };
};

type Kit = Pick<NotesKit, 'ledger'> & {
  readonly clock: Pick<NotesKit['clock'], 'now'>;
  readonly blueprint: Pick<NotesKit['blueprint'], 'agent' | 'name'>;
};

/** A server that runs and goes on: what an agent of a kit reads there. */
export function reading(
  { ledger, blueprint }: Kit,
  options: Pick<Parameters<typeof callRecord>[0], 'now' | 'elapsed'>,
) {
  const calls = callRecord({ ledger, onProblem: fails, ...options });
  const actor = { kind: 'agent', agent: blueprint.agent, blueprint: blueprint.name } as const;
  const body = { server: 'tickets', tool: 'get_ticket', outcome: 'ok', asks: [] };
  return {
    read: async (...things: readonly Told[]): Promise<void> => {
      const call = { type: 'tool.read', actor, body, told: things } as const;
      const end = calls.begin();
      end((await calls.writeNews(call)) ? null : call);
    },
    close: () => calls.close(),
  };
}

const fails = (error: unknown): never => {
  throw error;
};

/** An agent of a kit reads something, as a server has it on record. */
export async function reads(
  { ledger, clock, blueprint }: Kit,
  things: readonly Told[],
  { agent = blueprint.agent, server = 'tickets', tool = 'get_ticket' } = {},
): Promise<void> {
  const calls = callRecord({ ledger, now: clock.now, onProblem: fails });
  const actor = { kind: 'agent', agent, blueprint: blueprint.name } as const;
  calls.begin()({ type: 'tool.read', actor, body: { server, tool, outcome: 'ok', asks: [] }, told: things });
  await calls.close();
}
