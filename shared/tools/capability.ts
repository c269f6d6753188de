import type * as z from 'zod';
import { assertTool, type ReadTool, type WriteTool } from './define.ts';
import type { Json } from './json.ts';

/** Why a scope does not cover an ask, as a sentence about what was asked; never about what else exists. */
export type Denial = {
  readonly denied: string;
  /** What a person can do about it, where that is what is missing. It is told even where what is outside is not. */
  readonly remedy?: string;
};

/** A tool of another capability, by which an ask is measured. */
type Elsewhere<R, W, A, T extends Json> = {
  readonly capability: Capability<R, W, A, T>;
  readonly tool: string;
};

/** What a capability says of itself; `S` is its scope as parsed, `A` one thing that a call asks for. */
export type CapabilitySpec<S, R, W, A, T extends Json> = {
  /** As blueprints name it: `repo-write`. */
  readonly name: string;
  /** One sentence for the people who grant it. */
  readonly description: string;
  /** Strict: an unknown key is an error. `tools` is added to every scope and need not be declared. */
  readonly scope: z.ZodObject & z.ZodType<S>;
  /** Null when the scope covers the ask. */
  readonly denies: (scope: S, ask: A) => Denial | null;
  /** What a scope names, for lists and searches to be opened with; nothing unless given. */
  readonly opens?: (scope: S) => readonly A[];
  /**
   * Where an ask is answered that is not for this capability: by the scope of another one, which must grant the tool
   * that gives what is asked for. A write tool that shows by its errors what it read asks so for that read.
   */
  readonly elsewhere?: (ask: A) => Elsewhere<R, W, A, T> | null;
  readonly tools: readonly (ReadTool<R, A> | WriteTool<R, W, A, T>)[];
  /** Whether a scope wants the sponsor named in what is written; none does unless given. */
  readonly credits?: (scope: S) => boolean;
  /** The server that shows its tools to agents: the number of those is limited. Itself unless given. */
  readonly server?: string;
  /** The tools that a blueprint grants which names none; the others are granted only by name. All unless given. */
  readonly usual?: readonly string[];
};

/** A capability as the mechanism holds it: it passes `denies` only scopes that `scope` has parsed. */
export type Capability<R, W, A, T extends Json> = CapabilitySpec<unknown, R, W, A, T>;

/** Defines a capability; every tool in it must come from `toolsFor()`. */
export function defineCapability<S, R, W, A, T extends Json>(
  spec: CapabilitySpec<S, R, W, A, T>,
): Capability<R, W, A, T> {
  for (const tool of spec.tools) assertTool(tool);
  return Object.freeze(spec) as unknown as Capability<R, W, A, T>;
}
