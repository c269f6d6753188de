import { knowledgeCapabilities, repoCapabilities, ticketCapabilities } from '#capabilities/index.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { parseArguments } from '#shared/changes/arguments.ts';
import { ruleOfPlace } from '#shared/changes/request-rule.ts';
import type { SealedReview } from '#shared/changes/review.ts';
import type { Capability, Json, JsonObject } from '#shared/tools/index.ts';

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
      const accepts: Askable['accepts'] = (change) => tool.accepts?.(change) ?? null;
      return [{ server: capability.server ?? capability.name, tool: tool.name, look, accepts }];
    }),
  );
}

/** All that there are. */
export const askables: readonly Askable[] = [
  ...askablesOf(repoCapabilities),
  ...askablesOf(ticketCapabilities),
  ...askablesOf(knowledgeCapabilities),
];
