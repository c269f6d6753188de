import { expect } from 'vitest';
import type { RepoAsk } from '#capabilities/repo/types.ts';
import { repoRead } from '#capabilities/repo-read/capability.ts';
import { AppError } from '#shared/errors.ts';
import type { Told } from '#shared/tools/index.ts';
import type { FakeRepository } from '#test/fakes/repository.ts';

/** What a read tool answers. */
export type Out = Record<string, unknown> & { next_cursor: string | null };

/** Calls a read tool under a scope, as the mechanism does, and checks the size of what comes back. */
export async function call(
  repository: FakeRepository,
  name: string,
  args: Record<string, unknown> = {},
  scope: Record<string, unknown> = {},
): Promise<Out> {
  const tool = repoRead.tools.find((each) => each.name === name);
  if (tool?.kind !== 'read') throw new Error(`no tool ${name}`);
  const granted = repoRead.scope.parse({ repositories: ['Acme/Web'], ...scope });
  const may = (ask: RepoAsk) => repoRead.denies(granted, ask) === null;
  const input = tool.input.parse({ repository: 'acme/web', ...args });
  for (const ask of tool.asks(input)) {
    if (!may(ask)) throw new AppError('out_of_scope', repoRead.denies(granted, ask)?.denied ?? '');
  }
  const found = await tool.read(input, repository.reader(), may, []);
  const out = tool.output.parse(found) as Out;
  expect(Buffer.byteLength(JSON.stringify(out))).toBeLessThan(12_288);
  tells.set(out, tool.told?.(found) ?? []);
  return out;
}

const tells = new WeakMap<Out, readonly Told[]>();

/** The things that an answer told of. */
export const toldOf = (out: Out): readonly Told[] => tells.get(out) ?? [];

/** An error of this code. */
export const refusedWith = (code: string): unknown => expect.objectContaining({ code });
