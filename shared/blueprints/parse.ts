import type * as z from 'zod';
import type { Blueprint, Delegation, Grant, Grantable } from './blueprint.ts';
import { blueprintDigest } from './digest.ts';
import { readDocument } from './document.ts';
import { explain, messages } from './explain.ts';
import type { Locate } from './nodes.ts';
import { BlueprintErrors, type BlueprintProblem } from './problems.ts';
import { type BlueprintSchema, blueprintSchema } from './schema.ts';
import { grantedTools } from './shown.ts';

/** Every agent may see and withdraw its own changes: without this it could not learn what became of a proposal. */
const impliedCapability = 'change-queue';

/** A blueprint or what is wrong with it, and where its keys stand. */
export type Read = { readonly locate: Locate } & (
  | { readonly blueprint: Blueprint; readonly problems: null }
  | { readonly blueprint: null; readonly problems: readonly BlueprintProblem[] }
);

/** Parses one blueprint. Throws `BlueprintErrors` with every problem at once. */
export function parseBlueprint(input: {
  readonly text: string;
  /** The file it came from, for messages. */
  readonly source: string;
  readonly capabilities: readonly Grantable[];
}): Blueprint {
  const read = blueprintReader(input.capabilities)(input);
  if (read.blueprint === null) throw new BlueprintErrors(read.problems);
  return read.blueprint;
}

/** Parses any number of blueprints against one list of capabilities. */
export function blueprintReader(capabilities: readonly Grantable[]): (file: { text: string; source: string }) => Read {
  const schema = blueprintSchema(capabilities);
  return ({ text, source }) => {
    const { value, problems: found, locate } = readDocument({ text, source });
    if (value === undefined) return { blueprint: null, problems: found, locate };
    if (value === null) {
      const problem = { source, line: 1, column: 1, path: '', message: 'There is no blueprint in this file.' };
      return { blueprint: null, problems: [...found, problem], locate };
    }
    const parsed = schema.safeParse(value, { error: messages });
    if (parsed.success && found.length === 0) {
      return { blueprint: normalised(parsed.data, capabilities, source), problems: null, locate };
    }
    const issues = parsed.success ? [] : parsed.error.issues;
    // What was found wrong in the text is not reported again for what is missing in its place.
    const paths = new Set(found.map(({ path }) => path));
    const more = explain({ issues, schema, source, locate }).filter(({ path }) => path === '' || !paths.has(path));
    return { blueprint: null, problems: [...found, ...more], locate };
  };
}

function normalised(data: z.output<BlueprintSchema>, capabilities: readonly Grantable[], source: string): Blueprint {
  const content = {
    name: data.blueprint,
    goal: data.goal,
    agent: data.agent,
    sponsor: data.sponsor,
    ...(data.sponsor_access !== undefined && { sponsorAccess: data.sponsor_access }),
    ...(data.delegation === undefined ? {} : { delegation: delegation(data.delegation) }),
    listeners: data.callers.map(({ listener }) => listener),
    grants: grants(data.capabilities, capabilities),
    review: data.review,
    limits: {
      writesPerHour: data.limits.writes_per_hour,
      pending: data.limits.pending,
      readsPerMinute: data.limits.reads_per_minute,
    },
    log: data.log,
  };
  return { ...content, digest: blueprintDigest(content), source };
}

function delegation(data: NonNullable<z.output<BlueprintSchema>['delegation']>): Delegation {
  return { grantedBy: data.granted_by, reason: data.reason, expires: data.expires };
}

function grants(data: z.output<BlueprintSchema>['capabilities'], capabilities: readonly Grantable[]) {
  const granted = new Map<string, Grant>();
  for (const capability of capabilities) {
    const { name, scope: schema } = capability;
    const given = data[name] ?? (name === impliedCapability ? schema.parse({}) : undefined);
    if (given === undefined) continue;
    const { tools, ...scope } = given as { tools?: readonly string[] };
    granted.set(name, { capability: name, scope, tools: new Set(grantedTools(capability, tools)) });
  }
  return granted;
}
