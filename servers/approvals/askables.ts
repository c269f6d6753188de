import { knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { parseArguments } from '#shared/changes/arguments.ts';
import { ruleOfPlace } from '#shared/changes/request-rule.ts';
import type { SealedReview } from '#shared/changes/review.ts';
import { mayAsk, opens } from '#shared/changes/scope.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import { AppError } from '#shared/errors.ts';
import type { Capability, Json, JsonObject, WriteTool } from '#shared/tools/index.ts';

/** A tool that people ask for, as far as it can be known without its backend. */
export type Askable = {
  readonly server: string;
  readonly tool: string;
  /**
   * The change that a call is about, and who decides one that is about none, by these blueprints. Throws AppError
   * `invalid_arguments` for what its schema does not take, `not_permitted` where nobody is named who decides.
   */
  readonly look: (
    args: JsonObject,
    blueprints: readonly Blueprint[],
  ) => { readonly about: string } | { readonly about: null; readonly review: SealedReview };
  /** What can be chosen of its arguments, by what these blueprints grant, and who decides what is asked for so. */
  readonly choices: (
    blueprints: readonly Blueprint[],
  ) => readonly { readonly arguments: JsonObject; readonly review: SealedReview }[];
  /** Its arguments to let others find what a change wrote that left these things; null where it is not for that. */
  readonly accepts: (change: { readonly id: string; readonly left: readonly string[] }) => JsonObject | null;
};

/** The tools of capabilities that people ask for. */
export function askablesOf<R, W, A, T extends Json>(
  capabilities: readonly Capability<R, W, A, T>[],
): readonly Askable[] {
  return capabilities.flatMap((capability) =>
    capability.tools.flatMap((tool): Askable[] => {
      if (tool.kind !== 'write' || tool.door !== 'people') return [];
      const look: Askable['look'] = (args, blueprints) => {
        const input = parseArguments(tool.input, args);
        const about = tool.about?.(input) ?? null;
        return about === null ? { about, review: ruleOfPlace(blueprints, capability, tool.asks(input)) } : { about };
      };
      const choices: Askable['choices'] = (blueprints) => choicesOf(tool, capability, blueprints);
      const accepts: Askable['accepts'] = (change) => tool.accepts?.(change) ?? null;
      return [{ server: capability.server ?? capability.name, tool: tool.name, look, choices, accepts }];
    }),
  );
}

/** Each once, in order; what nobody decides cannot be chosen. */
function choicesOf<R, W, A, T extends Json>(
  tool: WriteTool<R, W, A, T>,
  capability: Capability<R, W, A, T>,
  blueprints: readonly Blueprint[],
): ReturnType<Askable['choices']> {
  const asks = blueprints.flatMap((one) => opens(one, capability).filter((ask) => mayAsk(one, capability, ask).may));
  const chosen = asks.flatMap((ask): [string, ReturnType<Askable['choices']>[number]][] => {
    const args = tool.offers?.(ask) ?? null;
    const review = reviewOf(blueprints, capability, ask);
    return args === null || review === null ? [] : [[canonical(args), { arguments: args, review }]];
  });
  return [...new Map(chosen)].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([_key, choice]) => choice);
}

function reviewOf<R, W, A, T extends Json>(
  blueprints: readonly Blueprint[],
  capability: Capability<R, W, A, T>,
  ask: A,
): SealedReview | null {
  try {
    return ruleOfPlace(blueprints, capability, [ask]);
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_permitted') return null;
    throw error;
  }
}

/** All that there are. */
export const askables: readonly Askable[] = [
  ...askablesOf(repoCapabilities),
  ...askablesOf(ticketCapabilities),
  ...askablesOf(knowledgeCapabilities),
];
