import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { AppError } from '#shared/errors.ts';
import type { Json, WriteTool } from '#shared/tools/index.ts';
import type { ApproversKnown } from './approvers-known.ts';
import type { Granted } from './toolbox.ts';

/**
 * The plan with the sponsor named as having a part in it, where the blueprint says so and the tool can. Throws AppError
 * `bad_configuration` where nobody says under which name and address.
 */
export function credited<R, W, A, T extends Json>(
  known: ApproversKnown | undefined,
  { grants, sponsor }: Blueprint,
  { tool, capability }: Granted<WriteTool<R, W, A, T>, R, W, A, T>,
  plan: unknown,
): unknown {
  const grant = grants.get(capability.name);
  if (!grant || !tool.credited || !capability.credits?.(grant.scope)) return plan;
  const credit = known?.people?.().all.get(sponsor)?.git;
  if (credit) return tool.credited(plan, credit);
  throw new AppError(
    'bad_configuration',
    `The blueprint names its sponsor as co-author, and the list of people has no \`git\` name and email of "${sponsor}".`,
    { next: 'Ask the operator of this server to add it, or to take `co_author` out of the blueprint.' },
  );
}
