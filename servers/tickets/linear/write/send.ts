import type { Written } from '#capabilities/ticket-write/ports.ts';
import type { Mark } from '#shared/tools/index.ts';
import type { Mutation } from '../documents/mutations.ts';
import { inDoubt, writeError } from '../errors.ts';
import { failureOf } from '../failure.ts';
import { idOf } from '../ids.ts';
import { landedOn } from '../landed.ts';
import { issueNow, type WriteOf, type Writing } from './before.ts';

/** Sends one mutation once. Throws `NotDone` where the answer proves that nothing was done. */
export const send = <T>(
  { transport }: Writing,
  document: Mutation<T>,
  variables: Record<string, unknown>,
): Promise<T> =>
  transport.write(document, variables).catch((error: unknown) => {
    throw writeError(error);
  });

/** Sends what makes something under our own id. That it is there already is how a repetition ends, if it is ours. */
export async function make<T>(
  writing: Writing,
  {
    document,
    input,
    wanted,
    mark,
  }: {
    readonly document: Mutation<T>;
    readonly input: Record<string, unknown>;
    readonly wanted: WriteOf<'create' | 'comment' | 'link'>;
    readonly mark: Mark;
  },
  written: (made: T) => Written,
): Promise<Written> {
  const { transport, self } = writing;
  try {
    return written(await transport.write(document, { input: { ...input, id: idOf(wanted, mark) } }));
  } catch (error) {
    const { kind, said } = failureOf(error);
    if (kind !== 'exists') throw writeError(error);
    const issue = async (id: string) => issueNow(writing, id);
    const found = await landedOn({ read: transport.read, self, issue }, wanted, mark);
    if (typeof found === 'string') throw inDoubt(said);
    return found.landed as Written;
  }
}
