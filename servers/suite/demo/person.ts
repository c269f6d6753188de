import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { BrokenPromise } from './say.ts';

const effect = z.looseObject({
  kind: z.string(),
  path: z.string().optional(),
  diff: z.object({ hunks: z.array(z.object({ lines: z.array(z.string()) })) }).nullish(),
});
const change = z.object({
  change_id: z.string(),
  status: z.string(),
  note: z.string().nullable(),
  summary: z.string(),
  seal: z.string().nullable(),
  content: z.object({ effects: z.array(effect) }).nullable(),
});
export type ShownChange = z.output<typeof change>;

/** How long anything may take that happens by itself, in milliseconds. */
const patienceMs = 10_000;

/** The part of a person who is signed in: through the same API as the console's pages. */
export function demoPerson({ console: origin, token }: { readonly console: string; readonly token: string }) {
  const request = async <T>(path: string, answer: z.ZodType<T>, body?: object): Promise<T> => {
    const response = await fetch(`${origin}/api/changes/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
    });
    if (!response.ok) throw new BrokenPromise(`The console refused: ${await response.text()}`);
    return answer.parse(await response.json());
  };
  const look = (id: string) => request(id, change);
  return {
    /** Looks at a change once it has left a state. */
    lookAfter: async (id: string, state: string): Promise<ShownChange> => {
      for (const until = Date.now() + patienceMs; ; await sleep(20)) {
        const seen = await look(id);
        if (seen.status !== state || Date.now() > until) return seen;
      }
    },
    look,
    approve: (id: string, seal: string) =>
      request(`${id}/decision`, z.unknown(), { decision: 'approve', seal, reason: 'Looks right to me.' }),
    restore: async (id: string) => {
      const asked = z.object({ change_id: z.string() });
      return (await request(`${id}/restore`, asked, { reason: 'Only a demonstration.' })).change_id;
    },
  };
}

/** The lines that a change adds and removes. */
export function changedLines({ content }: ShownChange): string {
  const lines = (content?.effects ?? []).flatMap(({ path, diff }) =>
    (diff?.hunks ?? []).flatMap((hunk) => [`${path}`, ...hunk.lines.filter((line) => /^[+-]/.test(line))]),
  );
  return lines.join('\n');
}
