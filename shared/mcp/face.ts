import type { Hono } from 'hono';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { liveness } from '#shared/blueprints/grants.ts';
import { parseArguments } from '#shared/changes/arguments.ts';
import type { CallRecord } from '#shared/changes/call-record.ts';
import { type ProposeContext, propose } from '#shared/changes/propose.ts';
import { assertInScope, mayAsk, opens } from '#shared/changes/scope.ts';
import { type Sponsors, sponsorAges, sponsorDenial } from '#shared/changes/sponsors.ts';
import { assertAgentNotStopped } from '#shared/changes/stop.ts';
import type { Granted } from '#shared/changes/toolbox.ts';
import { AppError } from '#shared/errors.ts';
import type { BodyTurns } from '#shared/guard/body-turns.ts';
import { rateLimit } from '#shared/guard/rate-limit.ts';
import type { Owner } from '#shared/ledger/changes.ts';
import type { Capability, Json, JsonObject, ReadTool, WriteTool } from '#shared/tools/index.ts';
import { mcpApp } from './app.ts';
import type { ToolListing } from './listing.ts';
import { proposedAnswer, proposedOutput } from './proposed.ts';
import { recorder, type Tell } from './recorded.ts';
import type { OnError } from './results.ts';
import { toJsonSchema } from './schema.ts';

/** What one agent reaches of one server: reads within its scope, and writes that become proposals. */
export type FaceOptions<R, W, A, T extends Json> = {
  readonly context: ProposeContext<R, W, A, T>;
  /** The blueprint as it is now; null when it was revoked. */
  readonly blueprint: () => Blueprint | null;
  /** Whose calls these are, also after the blueprint was revoked. */
  readonly owner: Owner;
  /** Where calls are put on record. */
  readonly calls: CallRecord;
  readonly title: string;
  readonly version: string;
  readonly instructions: string;
  /** Base address of the console, for links to a change. */
  readonly reviewUrl: string;
  readonly allowedHosts: readonly string[];
  readonly maxBodyBytes: number;
  /** Shared by all listeners of a process, whose memory it keeps within bounds. */
  readonly turns?: BodyTurns;
  /** Serves more than MCP on the same listener, for the same agent. */
  readonly routes?: (app: Hono, guarded: Guarded) => void;
  readonly onError: OnError;
};

/**
 * Carries out a call that does not come over MCP as one that does: within the limits of the blueprint, not while it is
 * revoked or its agent is stopped, and on record with what it asked for. Whether the scope covers that is up to `run`, which
 * also gets what asks again whether the agent may go on, for an answer that takes long, and how to say what it tells of.
 */
export type Guarded = <Answer>(
  call: { readonly name: string; readonly args: JsonObject; readonly asks: readonly unknown[] },
  run: (blueprint: Blueprint, assertGoesOn: () => Promise<unknown>, tell: Tell) => Promise<Answer>,
) => Promise<Answer>;

/**
 * The MCP app of one blueprint on one server. It is made of tools, a reader and the queue; no writer is in its scope.
 * Lists the tools that the blueprint grants when it starts; each call asks the blueprint as it is then.
 */
export function faceApp<R, W, A, T extends Json>(options: FaceOptions<R, W, A, T>): Hono {
  const { context, blueprint, reviewUrl, calls, owner } = options;
  const granted = grantedTools(context, blueprint());
  const readsAllowed = readLimit(blueprint());
  const { recorded, unknown } = recorder({ calls, owner, server: context.server, tools: context.tools });
  const assertGoesOn = async (): Promise<Blueprint> => {
    const current = assertLive(blueprint(), context.now());
    await assertAgentNotStopped(context.ledger.db, current.agent);
    return current;
  };
  const guarded: Guarded = (call, run) =>
    recorded(call, async (tell) => {
      readsAllowed();
      return run(await assertGoesOn(), assertGoesOn, tell);
    });
  return mcpApp({
    name: options.title,
    version: options.version,
    instructions: options.instructions,
    allowedHosts: options.allowedHosts,
    maxBodyBytes: options.maxBodyBytes,
    ...(options.turns && { turns: options.turns }),
    routes: (app) => options.routes?.(app, guarded),
    onError: options.onError,
    tools: granted.map(({ tool }) => listing(tool)),
    unknown,
    call: (name, args) =>
      recorded({ name, args }, async (tell, tellNow) => {
        // A proposal reads too, and one that fails counts towards no other limit.
        readsAllowed();
        const current = assertGranted(blueprint(), name, context.now());
        const found = context.tools.find(name);
        if (found?.tool.kind === 'read') {
          await assertAgentNotStopped(context.ledger.db, current.agent);
          return read(context, current, { tool: found.tool, capability: found.capability }, { args, tell });
        }
        if (found?.tool.kind !== 'write') throw new AppError('unknown_tool', `There is no tool ${name} here.`);
        const granting = { tool: found.tool, capability: found.capability };
        const proposed = await propose({ ...context, tell: tellNow }, current, granting, args);
        return proposedAnswer(proposed, reviewUrl);
      }),
  });
}

function grantedTools<R, W, A, T extends Json>(
  { tools }: ProposeContext<R, W, A, T>,
  blueprint: Blueprint | null,
): Granted<ReadTool<R, A> | WriteTool<R, W, A, T>, R, W, A, T>[] {
  return tools.capabilities.flatMap((capability) => {
    const names = blueprint?.grants.get(capability.name)?.tools;
    return capability.tools
      .filter((tool) => names?.has(tool.name) && !hasOwnDoor(tool))
      .map((tool) => ({ tool, capability }));
  });
}

/** Calls come only of what is listed. */
function hasOwnDoor<R, W, A, T extends Json>(tool: ReadTool<R, A> | WriteTool<R, W, A, T>): boolean {
  return tool.kind === 'write' && tool.door !== undefined;
}

function listing<R, W, A, T extends Json>(tool: ReadTool<R, A> | WriteTool<R, W, A, T>): ToolListing {
  const { name, title, description } = tool;
  const reads = tool.kind === 'read';
  return {
    name,
    title,
    description,
    inputSchema: toJsonSchema(tool.input, 'input'),
    outputSchema: toJsonSchema(reads ? tool.output : proposedOutput, 'output'),
    // A write only proposes: it destroys nothing by itself, and the same proposal twice is one change.
    annotations: { readOnlyHint: reads, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  };
}

function readLimit(blueprint: Blueprint | null): () => void {
  const decide = rateLimit({
    perMinute: blueprint?.limits.readsPerMinute ?? 1,
    key: () => '',
    now: () => performance.now(),
  });
  return () => {
    const decision = decide(undefined);
    if (decision.allowed) return;
    const seconds = Math.ceil(decision.retryAfterMs / 1000);
    throw new AppError('limit_reached', 'The blueprint allows no more calls this minute.', {
      next: `Call again in ${seconds} s.`,
    });
  };
}

function assertGranted(blueprint: Blueprint | null, name: string, at: Date): Blueprint {
  const current = assertLive(blueprint, at);
  const isGranted = [...current.grants.values()].some((grant) => grant.tools.has(name));
  if (!isGranted) throw new AppError('out_of_scope', `${name} is not granted any more.`);
  return current;
}

function assertLive(blueprint: Blueprint | null, at: Date): Blueprint {
  if (!blueprint) throw revoked('The blueprint of this listener was revoked.');
  const live = liveness(blueprint, at);
  if (!live.live) throw revoked(live.why);
  return blueprint;
}

function revoked(why: string): AppError {
  return new AppError('not_permitted', why, { next: 'Ask the operator of this server.' });
}

async function read<R, W, A, T extends Json>(
  { readerFor, sponsors }: ProposeContext<R, W, A, T>,
  blueprint: Blueprint,
  { tool, capability }: Granted<ReadTool<R, A>, R, W, A, T>,
  { args, tell }: { readonly args: unknown; readonly tell: Tell },
): Promise<JsonObject> {
  const input = parseArguments(tool.input, args);
  assertInScope(blueprint, capability, tool.asks(input));
  await sponsors.assert(blueprint, tool.asks(input), sponsorAges.call);
  const shown: A[] = [];
  const may = (ask: A): boolean => {
    const answer = mayAsk(blueprint, capability, ask);
    if (answer.may) shown.push(ask);
    return answer.may;
  };
  const output = await tool.read(
    input,
    readerFor({ kind: 'agent', agent: blueprint.agent }),
    may,
    await openedFor(sponsors, blueprint, capability),
  );
  // What the arguments did not show, such as where a former name led to.
  await sponsors.assert(blueprint, shown, sponsorAges.call);
  const answer = tool.output.parse(output) as JsonObject;
  tell(tool.told?.(output) ?? []);
  return answer;
}

/** What the scope names and the sponsor may read: one project that they may not, or that is not there, must not close all others. */
async function openedFor<R, W, A, T extends Json>(
  sponsors: Sponsors<A>,
  blueprint: Blueprint,
  capability: Capability<R, W, A, T>,
): Promise<readonly A[]> {
  const asks = opens(blueprint, capability);
  const isReadable = (ask: A): Promise<boolean> =>
    sponsors.assert(blueprint, [ask], sponsorAges.call).then(
      () => true,
      (error: unknown) => {
        if (sponsorDenial(error) === null && !isAbsence(error)) throw error;
        return false;
      },
    );
  const readable = await Promise.all(asks.map(isReadable));
  return asks.filter((_ask, index) => readable[index]);
}

/** Some backends cannot even be asked about people where the thing itself is not there. */
const isAbsence = (error: unknown): boolean => error instanceof AppError && error.code === 'not_found';
