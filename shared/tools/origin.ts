import * as z from 'zod';

/**
 * How far a text can be relied on: written by somebody who may write there, or perhaps by anybody. What an agent writes
 * is worth no more than the least of what it had read.
 */
export const trust = z.enum(['trusted', 'untrusted']);
export type Trust = z.infer<typeof trust>;

/** One thing that an answer told of, as the record of reads keeps it. */
export type Told = {
  /** A name that never becomes another's on its server: `page:12`, `ticket:10023`. */
  readonly thing: string;
  /** What people call it; anybody may have chosen that. */
  readonly name: string;
  /** Which state of it was told; null for what has none. */
  readonly revision: string | null;
  /** The place among what a search found, from 1; null where nothing was searched. */
  readonly rank: number | null;
  readonly trust: Trust;
};

/** For whom a reader reads: what waits in quarantine is there for the agent that wrote it, and for people. */
export type Viewer = { readonly kind: 'agent'; readonly agent: string } | { readonly kind: 'people' };

/** The reads that count as what an agent knew when it asked for a change; ISO 8601. */
export const session = z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() });
export type Session = z.infer<typeof session>;

/** Whom a write comes from, for a backend that keeps that with what is written. */
export type Origin = {
  /** Null for what a person asked for. */
  readonly agent: string | null;
  readonly sponsor: string;
  /** Null for what a person asked for. */
  readonly session: Session | null;
  /** Of the agent's words, by what it had read. */
  readonly trust: Trust;
  /** Whether a person decided this very change. What none did is held in quarantine by a backend that can. */
  readonly accepted: boolean;
};
