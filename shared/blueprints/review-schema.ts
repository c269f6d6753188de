import * as z from 'zod';
import { glob } from '#shared/tools/glob.ts';
import { audience, flag, reach } from '#shared/tools/index.ts';
import { approverEntry } from './approvers.ts';
import type { Grantable, Review, ReviewRule, ReviewTime } from './blueprint.ts';
import { grantSchema } from './grant-schema.ts';
import { checkNudges, nudges, nudgesOf } from './nudge-schema.ts';
import { checkPolicy, decideSchema } from './policy-schema.ts';
import { reviewTime } from './review-time.ts';
import { checkDefaultReviewed, checkReviewed } from './reviewed-schema.ts';
import { grantable } from './shown.ts';
import { name } from './values.ts';

const decides = {
  by: z.array(approverEntry).min(1, 'Somebody has to decide: name who.').max(50),
  quorum: z.int().min(1).max(10),
  expires: reviewTime,
  exclude: z.array(z.enum(['sponsor'])).max(1),
  step_up: z.enum(['none', 'passkey']),
};

const noneOr = <T extends z.ZodType>(codes: T) =>
  z.union([
    z.literal('none', 'This must be none, or a list.').transform((): z.output<T>[] => []),
    z.array(codes).min(1),
  ]);

const conditions = {
  repositories: z.array(glob).min(1).optional(),
  paths: z.array(glob).min(1).optional(),
  flags: noneOr(flag.shape.code).optional(),
  reaches: noneOr(reach.shape.code).optional(),
  fields: z.array(z.string().min(1)).min(1).optional(),
  to_status: z.array(z.string().min(1)).min(1).optional(),
  assigned: z.boolean().optional(),
  visibility: z.array(audience).min(1).optional(),
  draft: z.boolean().optional(),
  own: z.boolean().optional(),
};

/** The section `review` of a blueprint that can grant these capabilities. */
export function reviewSchema(capabilities: readonly Pick<Grantable, 'tools'>[]) {
  const tools = capabilities.flatMap((one) => grantable(one.tools).map((tool) => tool.name));
  const rule = z.strictObject({
    name: name.optional(),
    tools: z.array(z.enum(tools)).min(1).optional(),
    ...conditions,
    by: decides.by.optional(),
    quorum: decides.quorum.optional(),
    expires: decides.expires.optional(),
    exclude: decides.exclude.optional(),
    step_up: decides.step_up.optional(),
    grant: grantSchema(capabilities).optional(),
    decide: decideSchema.optional(),
    ...nudges,
  });
  const whole = z.strictObject({
    default: z
      .strictObject({
        by: decides.by.default(['local']),
        quorum: decides.quorum.default(1),
        expires: decides.expires.prefault('24h'),
        exclude: decides.exclude.default([]),
        step_up: decides.step_up.default('none'),
        ...nudges,
      })
      .prefault({}),
    rules: z.array(rule).max(100).default([]),
  });
  return whole.transform((written, context): Review => {
    const say = (path: (string | number)[]) => (message: string) => context.addIssue({ code: 'custom', path, message });
    if (context.issues.length > 0) return z.NEVER;
    checkQuorum(written.default, say(['default', 'quorum']));
    checkDefaultReviewed(written.default, say(['default', 'by']));
    checkNudges(written.default, (key, message) => say(['default', key])(message));
    const rules = written.rules.map((one, index) => {
      const { name: called, by, quorum, expires, exclude, step_up, remind, escalate, grant, decide, ...when } = one;
      const given = withoutAbsent(when);
      if (Object.keys(given).length === 0) {
        say(['rules', index])('This has no condition, so no later rule could count: it is what default is for.');
      }
      const own = { ...written.default, ...withoutAbsent({ by, quorum, expires, exclude, step_up, remind, escalate }) };
      checkQuorum(own, say(['rules', index, 'quorum']));
      checkNudges(own, (key, message) => say(['rules', index, key])(message));
      if (grant && own.quorum > 1) {
        say(['rules', index, 'grant'])('One person gives a grant: this is for rules whose quorum is 1.');
      }
      if (grant && own.step_up !== 'none') {
        say(['rules', index, 'grant'])('This rule wants a passkey for each approval, and a grant has none.');
      }
      checkReviewed(one, own, capabilities, (key, message) => say(['rules', index, key])(message));
      if (decide) checkPolicy(one, capabilities, (key, message) => say(['rules', index, key])(message));
      return {
        ...ruleOf(own),
        ...(grant && { grant }),
        ...(decide && { decide }),
        ...(called !== undefined && { name: called }),
        when: given,
      };
    });
    return { ...ruleOf(written.default), ...(rules.length > 0 && { rules }) };
  });
}

type Decides = {
  readonly by: string[];
  readonly quorum: number;
  readonly expires: ReviewTime;
  readonly exclude: 'sponsor'[];
  readonly step_up: 'none' | 'passkey';
} & Parameters<typeof nudgesOf>[0];

/** Spelled as always where nothing is left out or added, so that digests stay what they were. */
function ruleOf({ by, quorum, expires, exclude, step_up: stepUp, ...told }: Decides): ReviewRule {
  return {
    by: [...new Set(by)],
    quorum,
    ...expires,
    ...(exclude.length > 0 && { exclude }),
    ...(stepUp !== 'none' && { stepUp }),
    ...nudgesOf(told),
  };
}

/** More people than a rule names can never be met; everybody who signs in by link is one and the same. */
function checkQuorum({ by, quorum }: Decides, say: (message: string) => void): void {
  const named = new Set(by);
  if ([...named].some((entry) => /^(group:|codeowners$|github_review$)/.test(entry)) || quorum <= named.size) return;
  say(
    named.size === 1 && named.has('local')
      ? 'Who signs in at this machine’s console is one person: for more than 1, name groups or people.'
      : `Only ${named.size} can ever approve.`,
  );
}

type Present<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutAbsent<T extends object>(given: T): Partial<Present<T>> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<Present<T>>;
}
