import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import type { CallRecord } from '#shared/changes/call-record.ts';
import type { ProposeContext } from '#shared/changes/propose.ts';
import { assertSponsorsKnown } from '#shared/changes/sponsors.ts';
import { type BodyTurns, bodyTurns } from '#shared/guard/body-turns.ts';
import { type Listening, listen } from '#shared/http/listen.ts';
import { type FaceOptions, faceApp } from '#shared/mcp/face.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { Json } from '#shared/tools/index.ts';
import type { ServerConfig } from './settings.ts';

/**
 * Opens one MCP listener for each address of each blueprint that grants something here. Throws AppError
 * `bad_configuration` for those whose sponsors have no account.
 */
export async function openFaces<R, W, A, T extends Json>(options: {
  readonly config: Pick<ServerConfig, 'port' | 'reviewUrl' | 'version'>;
  readonly context: ProposeContext<R, W, A, T>;
  readonly blueprints: readonly Blueprint[];
  /** A blueprint as it is now; null when it was revoked. */
  readonly blueprint: (name: string) => Blueprint | null;
  readonly calls: CallRecord;
  /** What the agent of a blueprint is told before it calls anything. */
  readonly instructions: (blueprint: Blueprint) => string;
  /** The largest call that is taken, in bytes. */
  readonly maxBodyBytes: number;
  /** What else is served to the agent of a blueprint. */
  readonly routes?: (blueprint: Blueprint, turns: BodyTurns) => FaceOptions<R, W, A, T>['routes'];
  readonly log: Log;
}): Promise<readonly Listening[]> {
  const { config, context, log } = options;
  const own = new Set(context.tools.capabilities.map((capability) => capability.name));
  const wanted = options.blueprints.filter((blueprint) => [...blueprint.grants.keys()].some((name) => own.has(name)));
  assertSponsorsKnown(context.sponsors, wanted);
  const opened: Listening[] = [];
  const turns = bodyTurns();
  for (const blueprint of wanted) {
    const routes = options.routes?.(blueprint, turns);
    const app = faceApp({
      context,
      blueprint: () => options.blueprint(blueprint.name),
      owner: { agent: blueprint.agent, blueprint: blueprint.name },
      calls: options.calls,
      title: `countersign-${context.server}`,
      version: config.version,
      instructions: options.instructions(blueprint),
      reviewUrl: config.reviewUrl,
      allowedHosts: [...blueprint.listeners, 'localhost'],
      maxBodyBytes: options.maxBodyBytes,
      turns,
      ...(routes && { routes }),
      onError: (error, id) => log('a call failed', { id, error }),
    });
    for (const host of blueprint.listeners) opened.push(await listen({ fetch: app.fetch, host, port: config.port }));
  }
  return opened;
}
