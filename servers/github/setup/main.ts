import * as z from 'zod';
import { allCapabilities } from '#capabilities/index.ts';
import { loadBlueprints } from '#shared/blueprints/load.ts';
import { suiteVersion } from '#shared/config/version.ts';
import { AppError } from '#shared/errors.ts';
import { onParentGone } from '#shared/process/parent.ts';
import { runProgram } from '#shared/process/run-program.ts';
import { grantedBy } from '../doctor/granted.ts';
import { allTools, neededFor } from '../permissions.ts';
import { makeGithubApp } from './make-app.ts';

/** What the command hands over, as JSON in the one argument. No secret is among it. */
const request = z.strictObject({
  url: z.string(),
  organization: z.string().optional(),
  name: z.string(),
  key: z.string(),
  force: z.boolean(),
  timeoutMs: z.int().positive(),
  tools: z.union([z.literal('all'), z.array(z.string())]).optional(),
  blueprints: z.string(),
  check: z.boolean(),
});
type Request = z.infer<typeof request>;

function toolsOf({ tools, blueprints }: Request): Iterable<string> {
  if (tools === 'all') return allTools;
  if (tools === undefined) {
    return grantedBy(loadBlueprints({ path: blueprints, capabilities: allCapabilities })).tools;
  }
  const unknown = tools.filter((name) => !allTools.includes(name));
  if (unknown.length === 0) return tools;
  throw new AppError('bad_configuration', `There is no tool ${unknown.join(', ')}.`, {
    next: `There are: ${allTools.join(', ')}.`,
  });
}

const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

await runProgram(async () => {
  const asked = request.parse(JSON.parse(process.argv[2] ?? ''));
  const giveUp = new AbortController();
  const stop = (): void => giveUp.abort(new AppError('expired', 'It was given up; no key was kept.'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  onParentGone(stop);
  try {
    const made = await makeGithubApp({
      ...asked,
      permissions: neededFor(toolsOf(asked), asked),
      userAgent: `countersign/${suiteVersion()}`,
      signal: giveUp.signal,
      onOpen: (open) => say({ open }),
    });
    say({ made });
  } finally {
    // The pipe by which it is noticed that the command has gone would keep this process alive.
    process.stdin.destroy();
  }
});
