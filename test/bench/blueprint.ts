import { allCapabilities } from '#capabilities/index.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { parseBlueprint } from '#shared/blueprints/parse.ts';

/** The powers of the default blueprint, with limits that measuring does not reach. */
export const blueprintText = `
blueprint: bench
goal: Measure.
agent: bench-agent
sponsor: operator
callers:
  - listener: 127.0.0.1
capabilities:
  repo-read: { repositories: [acme/storefront, acme/web] }
  repo-write:
    repositories: [acme/storefront, acme/web]
    base: [main]
    branches: ["agent/*"]
    max_files: 1000
    max_bytes: 24MiB
limits: { writes_per_hour: 1000, pending: 1000, reads_per_minute: 60000 }
`;

/** The same for parts of the mechanism on their own. Limits are checked as ever; no number of calls reaches these. */
export function limitlessBlueprint(): Blueprint {
  const blueprint = parseBlueprint({ text: blueprintText, source: 'bench.yaml', capabilities: allCapabilities });
  const never = Number.MAX_SAFE_INTEGER;
  return { ...blueprint, limits: { writesPerHour: never, pending: never, readsPerMinute: never } };
}
