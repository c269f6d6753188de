import * as z from 'zod';
import type { GrantOffer } from '#shared/blueprints/blueprint.ts';
import { flag } from '#shared/tools/index.ts';
import { compilePathGlob } from '#shared/tools/path-glob.ts';
import type { SealedBody } from './sealed.ts';

/** What can be allowed in advance: how much, with which tools, where. Whatever is not named is not allowed. */
const bounds = {
  changes: z.number().int().positive(),
  /** Of all follow-ups together. */
  bytes: z.number().int().positive(),
  tools: z.array(z.string()).min(1),
  /** Globs; a follow-up that writes files writes no others. */
  paths: z.array(z.string()),
  /** Codes that a follow-up may have. */
  flags: z.array(flag.shape.code),
};

/** The most that whoever approves a change may allow its follow-ups, as it was sealed with the change. */
export const grantTerms = z.strictObject({ ...bounds, for_ms: z.number().int().positive() });
export type GrantTerms = z.infer<typeof grantTerms>;

/** What somebody allows of that, and until when. */
export const grantBounds = z.strictObject({ ...bounds, expires_at: z.iso.datetime({ precision: 3 }) });

/** A wider list would not be read by anybody. */
const mostPaths = 100;

/** What a rule offers for the follow-ups of a change that writes these files. */
export function termsOffered(offer: GrantOffer, written: readonly string[]): GrantTerms {
  const { changes, bytes, forMs, tools, paths, flags = [] } = offer;
  return {
    changes,
    bytes,
    for_ms: forMs,
    tools: [...tools],
    paths: [...(paths ?? besides(written))],
    flags: [...flags],
  };
}

/** The files themselves at the top, and what is beside them in their folders: a top-level `*` would be all of it. */
function besides(written: readonly string[]): readonly string[] {
  const plain = written.filter((path) => !/[*?\\]/u.test(path));
  const globs = plain.map((path) => (path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/*` : path));
  return [...new Set(globs)].sort().slice(0, mostPaths);
}

type Offering = Pick<SealedBody, 'review' | 'requester' | 'restores' | 'blueprint'>;

/** What can be allowed with the approval of a change; null when nothing. */
export function offeredBy({ review, requester, restores, blueprint }: Offering): GrantTerms | null {
  const isProposal = requester.kind === 'agent' && restores === null && blueprint !== null;
  return isProposal && review.quorum === 1 && review.step_up === undefined ? (review.grant ?? null) : null;
}

/** Why something is more than was offered; null when it is not. */
export function denyTerms(offered: GrantTerms, asked: GrantTerms): string | null {
  const { changes, bytes, for_ms, tools, paths, flags } = offered;
  if (asked.changes > changes) return `At most ${changes} changes can be allowed.`;
  if (asked.bytes > bytes) return `At most ${bytes} bytes can be allowed.`;
  if (asked.for_ms > for_ms) return `It can be allowed for ${for_ms / 60_000} minutes at most.`;
  const tool = asked.tools.find((one) => !tools.includes(one));
  if (tool !== undefined) return `${tool} cannot be allowed.`;
  const flagged = asked.flags.find((one) => !flags.includes(one));
  if (flagged !== undefined) return `The flag ${flagged} cannot be allowed.`;
  const path = asked.paths.find((one) => !isWithin(one, paths));
  return path === undefined ? null : `${path} is outside of what can be allowed.`;
}

/** One of the globs as it is, or a name that one of them names: whether one glob is inside another is hard to tell. */
function isWithin(path: string, globs: readonly string[]): boolean {
  return globs.includes(path) || (!/[*?]/u.test(path) && namedBy(globs, path));
}

/** Whether one of the globs names a path, in any case and composition. */
export function namedBy(globs: readonly string[], path: string): boolean {
  return globs.some((glob) => compilePathGlob(glob).names(path));
}
