import * as z from 'zod';
import { digest } from '#shared/crypto/canonical.ts';
import type { Capability, Json, ReadTool, Receipt, WriteTool } from '#shared/tools/index.ts';
import { assertTool } from '#shared/tools/index.ts';

/** A tool together with the capability that grants it. */
export type Granted<Tool, R, W, A, T extends Json> = {
  readonly tool: Tool;
  readonly capability: Capability<R, W, A, T>;
};

/** The tools of one server, by name. */
export type Toolbox<R, W, A, T extends Json> = {
  readonly capabilities: readonly Capability<R, W, A, T>[];
  readonly find: (name: string) => Granted<ReadTool<R, A> | WriteTool<R, W, A, T>, R, W, A, T> | null;
  /** Digest of what a write tool promises; part of every seal. Throws on a name that is no write tool. */
  readonly contract: (name: string) => string;
  /** What later changes may refer to of a change of this tool, also of another server's; null when nothing. */
  readonly receiptOf: (name: string) => ReceiptSource | null;
};

/** How the receipt of a tool's change is read. */
export type ReceiptSource = { readonly plan: z.ZodType; readonly receipt: Receipt<unknown> };

/** A write tool of any server, as far as changes of other servers may refer to its changes. */
export type Referable = { readonly name: string; readonly plan: z.ZodType; readonly receipt?: Receipt<unknown> };

/** The write tools of capabilities, for the toolboxes of other servers. */
export function referable<R, W, A, T extends Json>(
  capabilities: readonly Capability<R, W, A, T>[],
): readonly Referable[] {
  return capabilities.flatMap(({ tools }) => tools.filter((tool) => tool.kind === 'write'));
}

/** Capabilities without some tools: what is not in a toolbox can be neither shown nor called nor carried out. */
export function withoutTools<R, W, A, T extends Json>(
  capabilities: readonly Capability<R, W, A, T>[],
  names: readonly string[],
): readonly Capability<R, W, A, T>[] {
  const left = (tools: Capability<R, W, A, T>['tools']) => tools.filter(({ name }) => !names.includes(name));
  return capabilities.map((capability) => Object.freeze({ ...capability, tools: left(capability.tools) }));
}

/**
 * Puts a server's capabilities together. `others` are the write tools of other servers, whose changes the ones of this
 * server may come after and refer to. Throws on a name that two tools share.
 */
export function toolbox<R, W, A, T extends Json>(
  capabilities: readonly Capability<R, W, A, T>[],
  others: readonly Referable[] = [],
): Toolbox<R, W, A, T> {
  const tools = new Map<string, Granted<ReadTool<R, A> | WriteTool<R, W, A, T>, R, W, A, T>>();
  const contracts = new Map<string, string>();
  const receipts = new Map<string, ReceiptSource>();
  for (const { name, plan, receipt } of others) if (receipt) receipts.set(name, { plan, receipt });
  for (const capability of capabilities) {
    for (const tool of capability.tools) {
      assertTool(tool);
      if (tools.has(tool.name)) throw new TypeError(`two tools are named ${tool.name}`);
      tools.set(tool.name, { tool, capability });
      if (tool.kind !== 'write') continue;
      contracts.set(tool.name, contractOf(tool));
      if (tool.receipt) receipts.set(tool.name, { plan: tool.plan, receipt: tool.receipt });
    }
  }
  return {
    capabilities,
    find: (name) => tools.get(name) ?? null,
    contract: (name) => {
      const contract = contracts.get(name);
      if (contract === undefined) throw new TypeError(`${name} is not a write tool`);
      return contract;
    },
    receiptOf: (name) => receipts.get(name) ?? null,
  };
}

function contractOf<R, W, A, T extends Json>(tool: WriteTool<R, W, A, T>): string {
  const schema = (type: z.ZodType, io: 'input' | 'output' = 'output'): Json =>
    JSON.parse(JSON.stringify(z.toJSONSchema(type, { io })));
  return digest({
    name: tool.name,
    description: tool.description,
    // What agents send: what is made of it is in the plan.
    input: schema(tool.input, 'input'),
    state: schema(tool.state),
    plan: schema(tool.plan),
    restoring: tool.restoring,
  });
}
