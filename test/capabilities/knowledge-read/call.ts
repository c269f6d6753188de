import { expect } from 'vitest';
import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import { knowledgeRead } from '#capabilities/knowledge-read/capability.ts';
import type { KnowledgeReader } from '#capabilities/knowledge-read/ports.ts';
import { AppError } from '#shared/errors.ts';
import type { Told } from '#shared/tools/index.ts';

/** What a read tool answers. */
export type Out = Record<string, unknown>;

/** Calls a read tool under a scope, as the mechanism does, and checks the size of what comes back. */
export async function callAnd(
  reader: KnowledgeReader,
  name: string,
  args: Record<string, unknown> = {},
  scope: Record<string, unknown> = {},
): Promise<{ readonly out: Out; readonly told: readonly Told[]; readonly asked: readonly KnowledgeAsk[] }> {
  const tool = toolNamed(name);
  const granted = knowledgeRead.scope.parse({ namespaces: ['handbook'], ...scope });
  const asked: KnowledgeAsk[] = [];
  const may = (ask: KnowledgeAsk) => {
    asked.push(ask);
    return knowledgeRead.denies(granted, ask) === null;
  };
  const parsed = tool.input.safeParse(args);
  if (!parsed.success) throw new AppError('invalid_arguments', parsed.error.issues.map((each) => each.message).join());
  for (const ask of tool.asks(parsed.data)) {
    if (!may(ask)) throw new AppError('out_of_scope', knowledgeRead.denies(granted, ask)?.denied ?? '');
  }
  const output = await tool.read(parsed.data, reader, may, knowledgeRead.opens?.(granted) ?? []);
  const out = tool.output.parse(output) as Out;
  expect(Buffer.byteLength(JSON.stringify(out))).toBeLessThan(12_288);
  return { out, told: tool.told?.(output) ?? [], asked };
}

/** The answer alone. */
export const call = async (...of: Parameters<typeof callAnd>): Promise<Out> => (await callAnd(...of)).out;

/** The answer, or the error, as one text. */
export function said(...of: Parameters<typeof callAnd>): Promise<string> {
  return call(...of).then(
    (out) => JSON.stringify(out),
    (error: unknown) => {
      if (!(error instanceof AppError)) throw error;
      return JSON.stringify([error.code, error.message, error.next]);
    },
  );
}

function toolNamed(name: string) {
  const tool = knowledgeRead.tools.find((each) => each.name === name);
  if (tool?.kind !== 'read') throw new Error(`no tool ${name}`);
  return tool;
}

/** An error of this code. */
export const refusedWith = (code: string): unknown => expect.objectContaining({ code });
