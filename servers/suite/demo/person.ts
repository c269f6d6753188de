import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BrokenPromise } from './say.ts';

const file = z.looseObject({
  kind: z.literal('file'),
  path: z.string(),
  diff: z.object({ hunks: z.array(z.object({ lines: z.array(z.string()) })) }).nullable(),
});
const field = z.looseObject({
  kind: z.literal('field'),
  target: z.string(),
  field: z.string(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});
const effect = z.discriminatedUnion('kind', [file, field]);
const change = z.object({
  change_id: z.string(),
  status: z.string(),
  note: z.string().nullable(),
  summary: z.string(),
  seal: z.string().nullable(),
  content: z.object({ effects: z.array(effect) }).nullable(),
});
export type ShownChange = z.output<typeof change>;

const set = z.object({
  set_id: z.string(),
  seal: z.string().nullable(),
  members: z.array(z.object({ change_id: z.string(), status: z.string(), summary: z.string() })),
  left_out: z.array(z.object({ change_id: z.string(), why: z.string() })),
});
type ShownSet = z.output<typeof set>;

/** The states of a change that has not come to its end. */
const open = ['planning', 'pending_approval', 'approved', 'dispatched'];

/** How long anything may take that happens by itself, in milliseconds. */
const patienceMs = 10_000;

/** The part of a person who is signed in: through the same API as the console's pages. */
export function demoPerson({ console: origin, token }: { readonly console: string; readonly token: string }) {
  const request = async <T>(path: string, answer: z.ZodType<T>, body?: object): Promise<T> => {
    const response = await fetch(`${origin}/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
    });
    if (!response.ok) throw new BrokenPromise(`The console refused: ${await response.text()}`);
    return answer.parse(await response.json());
  };
  const lookAtSet = (id: string): Promise<ShownSet> => request(`sets/${id}`, set);
  return {
    look: (id: string): Promise<ShownChange> => request(`changes/${id}`, change),
    /** Approves the last of a chain and all before it, in one decision: each by its own seal. */
    approve: (chain: readonly ShownChange[]) => {
      const named = chain.map(({ change_id, seal }) => ({ change_id, seal: sealOf(seal) }));
      const [last, ...before] = named.toReversed();
      const body = { decision: 'approve', seal: last?.seal, with: before.toReversed(), reason: 'Looks right to me.' };
      return request(`changes/${last?.change_id}/decision`, z.unknown(), body);
    },
    /** Asks that others find what waits in quarantine, and approves that as it is shown; answers with that change. */
    accept: async (id: string): Promise<string> => {
      const asked = z.object({ change_id: z.string() });
      const { change_id: made } = await request(`changes/${id}/accept`, asked, { reason: 'It is so.' });
      const look = () => request(`changes/${made}`, change);
      const { seal } = await until(look, (shown) => shown.seal !== null);
      await request(`changes/${made}/decision`, z.unknown(), { decision: 'approve', seal: sealOf(seal), reason: '' });
      const { status, note } = await until(look, (shown) => !open.includes(shown.status));
      if (status !== 'applied') throw new BrokenPromise(`The note was not accepted: ${status} ${note ?? ''}`);
      return made;
    },
    /** Asks that changes be put back as one set, and waits until it is planned. */
    restore: async (ids: readonly string[]): Promise<ShownSet> => {
      const asked = z.object({ set_id: z.string() });
      const { set_id: id } = await request('sets', asked, { changes: ids, reason: 'Only a demonstration.' });
      return until(
        () => lookAtSet(id),
        ({ seal }) => seal !== null,
      );
    },
    approveSet: ({ set_id: id, seal }: ShownSet) =>
      request(`sets/${id}/decision`, z.unknown(), { decision: 'approve', seal: sealOf(seal) }),
    /** The set once none of its restores waits or is under way. */
    settled: (id: string): Promise<ShownSet> =>
      until(
        () => lookAtSet(id),
        ({ members }) => members.every(({ status }) => !open.includes(status)),
      ),
  };
}

/** What there is to see once it is so; what there is then when it takes too long. */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (const end = Date.now() + patienceMs; ; await sleep(20)) {
    const seen = await look();
    if (isSo(seen) || Date.now() > end) return seen;
  }
}

function sealOf(seal: string | null): string {
  if (seal === null) throw new BrokenPromise('There is no seal to approve.');
  return seal;
}

/** The lines of files that a change adds and removes; of one without files, the fields that it writes. */
export function changedLines({ content }: ShownChange): string {
  const effects = content?.effects ?? [];
  const files = effects.filter((each) => each.kind === 'file');
  const fields = files.length > 0 ? [] : effects.filter((each) => each.kind === 'field');
  return [
    ...files.flatMap((each) => [each.path, ...linesOf(each)]),
    ...fields.map(({ target, field: name, before, after }) => `${target}, ${name}: ${before ?? '-'} → ${after ?? '-'}`),
  ].join('\n');
}

function linesOf({ diff }: z.output<typeof file>): readonly string[] {
  return (diff?.hunks ?? []).flatMap(({ lines }) => lines.filter((line) => /^[+-]/.test(line)));
}
