import * as z from 'zod';
import { byteCount } from '#shared/tools/byte-count.ts';
import { glob } from '#shared/tools/glob.ts';
import { flag } from '#shared/tools/index.ts';
import type { Grantable, GrantOffer } from './blueprint.ts';
import { durationMs } from './values.ts';

/** More could not be overlooked by the person who gives it, nor taken back in one go. */
const most = { changes: 100, bytes: 100 * 1024 * 1024 };

/** What nobody can allow in advance: others' work is looked at when it is overwritten. */
const neverAhead = 'overwrites_others';

const time = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== null) return ms;
  context.addIssue({ code: 'custom', message: 'This must be a time from 1m to 30d, such as 90m, 24h or 7d.' });
  return z.NEVER;
});

/** `grant` of a review rule: the most that whoever approves a change may allow its follow-ups. */
export function grantSchema(capabilities: readonly Pick<Grantable, 'tools'>[]) {
  const following = capabilities.flatMap(({ tools }) => tools.filter(({ follows }) => follows).map(({ name }) => name));
  return z
    .strictObject({
      changes: z.int().min(1).max(most.changes),
      bytes: byteCount.pipe(z.int().max(most.bytes)),
      for: time,
      tools: z.array(z.enum(following)).min(1).default(following),
      paths: z.array(glob).min(1).max(100).optional(),
      flags: z
        .array(flag.shape.code.refine((code) => code !== neverAhead, 'Others’ work needs a decision of its own.'))
        .min(1)
        .optional(),
    })
    .transform(({ changes, bytes, for: forMs, tools, paths, flags }): GrantOffer => {
      return { changes, bytes, forMs, tools, ...(paths && { paths }), ...(flags && { flags }) };
    });
}
