import { expect } from 'vitest';
import type { TicketAsk } from '#capabilities/ticket/types.ts';
import { ticketRead } from '#capabilities/ticket-read/capability.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Told } from '#shared/tools/index.ts';

/** What a read tool answers. */
export type Out = Record<string, unknown> & { readonly next_cursor: string | null };

/** Calls a read tool under a scope, as the mechanism does, and checks the size of what comes back. */
export async function call(
  reader: TicketReader,
  name: string,
  args: Record<string, unknown> = {},
  scope: Record<string, unknown> = {},
): Promise<Out> {
  const tool = toolNamed(name);
  const granted = ticketRead.scope.parse({ projects: ['WEB'], ...scope });
  const may = (ask: TicketAsk) => ticketRead.denies(granted, ask) === null;
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) throw new AppError('invalid_arguments', parsed.error.issues.map((each) => each.message).join());
  for (const ask of tool.asks(parsed.data)) {
    if (!may(ask)) throw new AppError('out_of_scope', ticketRead.denies(granted, ask)?.denied ?? '');
  }
  const opened = ticketRead.opens?.(granted) ?? [];
  const found = await tool.read(parsed.data, reader, may, opened);
  const out = tool.output.parse(found);
  expect(Buffer.byteLength(JSON.stringify(out))).toBeLessThan(12_288);
  tells.set(out as Out, tool.told?.(found) ?? []);
  return out as Out;
}

const tells = new WeakMap<Out, readonly Told[]>();

/** The things that an answer told of. */
export const toldOf = (out: Out): readonly Told[] => tells.get(out) ?? [];

/** Whether an answer has words of a stranger. */
export const isByStrangers = (out: Out): boolean => toldOf(out).some(({ trust }) => trust === 'untrusted');

function toolNamed(name: string) {
  const tool = ticketRead.tools.find((each) => each.name === name);
  if (tool?.kind !== 'read') throw new Error(`no tool ${name}`);
  return tool;
}

/** An error of this code. */
export const refusedWith = (code: string): unknown => expect.objectContaining({ code });
