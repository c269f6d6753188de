import type { Json } from './json.ts';
import type { ReadSpec, WriteSpec } from './tool.ts';

declare const readBrand: unique symbol;
declare const writeBrand: unique symbol;

/**
 * A read tool as the mechanism holds it. Its own schemas stand between it and the world: the mechanism passes it only
 * values that `input` has parsed.
 */
export type ReadTool<R, A> = ReadSpec<unknown, unknown, R, A> & {
  readonly kind: 'read';
  readonly [readBrand]: true;
};

/** A write tool as the mechanism holds it; see {@link ReadTool}. */
export type WriteTool<R, W, A, T extends Json> = WriteSpec<unknown, unknown, unknown, R, W, A, T> & {
  readonly kind: 'write';
  readonly [writeBrand]: true;
};

/** The run-time half of the brand: what was not made here is not a tool, whatever a cast says. */
const made = new WeakSet<object>();

/** Throws on an object that merely looks like a tool. */
export function assertTool(tool: object): void {
  if (!made.has(tool)) throw new TypeError('this tool was not made by toolsFor()');
}

/**
 * The only way to make a tool. `R` and `W` are the reader and writer of one backend, `A` what its scopes are asked,
 * `T` how it names what is written to. The types of input, state and plan are checked here, where the tool is written, and forgotten afterwards.
 */
export function toolsFor<R, W, A, T extends Json>(): {
  readonly read: <In, Out>(spec: ReadSpec<In, Out, R, A>) => ReadTool<R, A>;
  readonly write: <In, State, Plan>(spec: WriteSpec<In, State, Plan, R, W, A, T>) => WriteTool<R, W, A, T>;
} {
  return {
    read: (spec) => brand({ ...spec, kind: 'read' }) as unknown as ReadTool<R, A>,
    write: (spec) => brand({ ...spec, kind: 'write' }) as unknown as WriteTool<R, W, A, T>,
  };
}

function brand<T extends object>(tool: T): T {
  const frozen = Object.freeze(tool);
  made.add(frozen);
  return frozen;
}
