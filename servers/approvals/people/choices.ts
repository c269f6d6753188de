import type { Handler } from 'hono';
import { isNamed } from '#shared/changes/entitled.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import type { Principal } from './principal.ts';
import { sightOf, whoIs } from './sight.ts';

type ChoiceOptions = Pick<ConsoleOptions, 'know' | 'auditors' | 'responders' | 'askables' | 'blueprints'>;

/** What somebody can choose of the arguments of a tool that people ask for: what they would decide, too. */
function choicesFor(options: ChoiceOptions, principal: Principal, tool: string): readonly JsonObject[] {
  if (sightOf(options, principal).isAuditor) return [];
  const who = whoIs(options, principal);
  const blueprints = options.blueprints();
  return options.askables
    .filter((one) => one.tool === tool)
    .flatMap((one) => one.choices(blueprints))
    .filter(({ review }) => isNamed(review, who))
    .map((one) => one.arguments);
}

/** The tools of which somebody can choose anything. */
export function askableBy(options: ChoiceOptions, principal: Principal): readonly string[] {
  return options.askables.map(({ tool }) => tool).filter((tool) => choicesFor(options, principal, tool).length > 0);
}

/** What whoever asks can choose of one tool; nothing of one that is not there. */
export function choicesRoute(options: ChoiceOptions): Handler<SignedIn> {
  return (context) => {
    const tool = context.req.param('tool') ?? '';
    return context.json({ choices: choicesFor(options, context.get('principal'), tool) });
  };
}
