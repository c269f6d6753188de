import type { ListToolsResult } from '@modelcontextprotocol/server';
import type { JsonObject } from '#shared/tools/json.ts';
import { assertDescriptions } from './schema.ts';

/** One tool as `tools/list` shows it. Schemas are JSON Schema 2020-12, made once at start, never per request. */
export type ToolListing = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject;
  readonly annotations: {
    readonly readOnlyHint: boolean;
    readonly destructiveHint?: boolean;
    readonly idempotentHint?: boolean;
    readonly openWorldHint?: boolean;
  };
};

/** The narrowest of the clients' rules: they prefix the server's name and allow 64 characters in all. */
const toolName = /^[a-z][a-z0-9_]{0,47}$/;

/**
 * The constant answer to `tools/list`, in the order given. Throws for a listing that some client would not take: an
 * unusual or repeated name, a schema whose root is not an object, an argument without description.
 */
export function listingOf(tools: readonly ToolListing[]): ListToolsResult {
  const seen = new Set<string>();
  for (const tool of tools) {
    if (!toolName.test(tool.name)) throw new TypeError(`"${tool.name}" is not a usable tool name.`);
    if (seen.has(tool.name)) throw new TypeError(`There are two tools named "${tool.name}".`);
    seen.add(tool.name);
    checkSchemas(tool);
  }
  // A copy that is JSON and nothing else: no caller can change it afterwards, and its type is the SDK's.
  return JSON.parse(JSON.stringify({ tools })) as ListToolsResult;
}

function checkSchemas({ name, inputSchema, outputSchema }: ToolListing): void {
  if (inputSchema['type'] !== 'object' || outputSchema['type'] !== 'object') {
    throw new TypeError(`The schemas of "${name}" must be objects at their root.`);
  }
  try {
    assertDescriptions(inputSchema);
  } catch (cause) {
    throw new TypeError(`The input of "${name}" cannot be listed: ${(cause as Error).message}`, { cause });
  }
}
