import * as z from 'zod';
import type { Session } from './session.ts';

const inForce = z.array(z.object({ ruleset_id: z.number().int().optional() }));
const ruleset = z.object({ name: z.string(), current_user_can_bypass: z.string().optional() });

/** A ruleset of a branch, and whether the App itself may bypass it; null where GitHub does not say. */
export type Bypass = { readonly ruleset: string; readonly may: boolean | null };

/** The rulesets of a branch, by what GitHub says of whoever asks. */
export async function readBypasses(session: Session, branch: string): Promise<readonly Bypass[]> {
  const rules = await session.get({
    path: ['rules', 'branches', branch],
    query: { per_page: '100' },
    data: inForce,
  });
  const ids = new Set((rules ?? []).flatMap(({ ruleset_id: id }) => id ?? []));
  const found = await Promise.all(
    [...ids].map((id) =>
      session.get({ path: ['rulesets', String(id)], query: { includes_parents: 'true' }, data: ruleset }),
    ),
  );
  return found.flatMap((one) => {
    if (one === null) return [];
    const { name, current_user_can_bypass: can } = one;
    return [{ ruleset: name, may: can === undefined ? null : can !== 'never' }];
  });
}
