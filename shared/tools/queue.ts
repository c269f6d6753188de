import type * as z from 'zod';

/** What a queue tool may use: it sees the caller's own changes and can neither read nor write a backend. */
export type QueueSpec<In, Out, Q> = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: z.ZodType<In>;
  readonly output: z.ZodType<Out>;
  /** False for a tool that changes the queue (withdraws, asks for a restore). */
  readonly readOnly: boolean;
  readonly run: (input: In, queue: Q, context: QueueContext) => Promise<Out>;
};

/** The part of an AbortSignal that is used here; this folder knows no platform. */
export type Cancellation = {
  readonly aborted: boolean;
  readonly addEventListener: (type: 'abort', listener: () => void) => void;
  readonly removeEventListener: (type: 'abort', listener: () => void) => void;
};

/** How a queue tool reports while it waits, and learns that nobody waits any more. */
export type QueueContext = {
  readonly signal: Cancellation;
  readonly progress: (report: { progress: number; total?: number; message?: string }) => Promise<void>;
};

declare const queueBrand: unique symbol;

/** A queue tool as the mechanism holds it. */
export type QueueTool<Q> = QueueSpec<unknown, unknown, Q> & { readonly kind: 'queue'; readonly [queueBrand]: true };

/** Makes the tools of a queue `Q`. */
export function queueToolsFor<Q>(): <In, Out>(spec: QueueSpec<In, Out, Q>) => QueueTool<Q> {
  return (spec) => Object.freeze({ ...spec, kind: 'queue' }) as unknown as QueueTool<Q>;
}
