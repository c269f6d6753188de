import { Buffer } from 'node:buffer';
import { canonical } from '#shared/crypto/canonical.ts';
import type { Effect, Json, JsonObject, Reach } from '#shared/tools/index.ts';
import type { TaskGrant } from './grant.ts';
import { namedBy } from './grant-terms.ts';
import { pathsOf } from './review-conditions.ts';
import type { SealedBody } from './sealed.ts';
import { isKnownFrom } from './session.ts';

/** Why a grant ends before its time because of what comes under it. */
export type GrantBreach = 'path' | 'flag' | 'others' | 'closed';

/** A follow-up, as far as a grant looks at it. */
export type FollowUp = Pick<
  SealedBody,
  | 'requester'
  | 'blueprint'
  | 'server'
  | 'backend'
  | 'target'
  | 'tool'
  | 'effects'
  | 'flags'
  | 'reaches'
  | 'reversible'
  | 'stands_on'
  | 'session'
>;

/** What a grant is held against a follow-up with. */
export type Grounds = {
  readonly grant: TaskGrant;
  /** What the change that it was given with sets off, and what its agent had read, as it was sealed. */
  readonly origin: Pick<SealedBody, 'reaches' | 'session'>;
  /** The things that the grant is about, each with the versions in which this agent's changes left it. */
  readonly things: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was decided under it already. */
  readonly used: { readonly changes: number; readonly bytes: number };
  /** An instant. */
  readonly at: string;
};

export type Coverage =
  | { readonly covered: true; readonly number: number; readonly bytes: number }
  | { readonly covered: false; readonly why: string; readonly ends: GrantBreach | null };

/**
 * Whether a grant covers a follow-up, in itself: whether its giver still counts, and whether it was taken back, are other
 * questions. Pure: approvals asks it before it signs, and the executor again before it writes.
 */
export function coverageOf(grounds: Grounds, change: FollowUp): Coverage {
  const { grant, used, at } = grounds;
  const bytes = bytesOf(change.effects);
  const outside = otherTask(grounds, change);
  if (outside !== null) return { covered: false, why: outside, ends: null };
  if (grant.expires_at <= at) return { covered: false, why: 'Its time is over.', ends: null };
  const breach = breachOf(grounds, change);
  if (breach !== null) return { covered: false, ...breach };
  const more = beyond(grounds, change);
  if (more !== null) return { covered: false, why: more, ends: null };
  if (used.changes >= grant.changes) return { covered: false, why: 'All of its changes were made.', ends: null };
  if (used.bytes + bytes > grant.bytes) return { covered: false, why: 'It has not so many bytes left.', ends: null };
  return { covered: true, number: used.changes + 1, bytes };
}

/** Why a change is no business of the grant's; null when it is about the same task. */
function otherTask({ grant, things }: Grounds, change: FollowUp): string | null {
  const { requester, blueprint, server, backend, target, stands_on: on = [] } = change;
  const isSame =
    requester.kind === 'agent' &&
    requester.agent === grant.agent &&
    blueprint?.name === grant.blueprint &&
    server === grant.server &&
    backend === grant.backend &&
    isWithin(target, grant.target);
  if (!isSame) return 'It is for another agent, blueprint or target.';
  return on.some(({ thing }) => things.has(thing)) ? null : 'It is about something else.';
}

/**
 * What a change makes has no id before it is there, so that its target leaves that open (null): which one it is, the
 * things tell that the change left.
 */
function isWithin(target: Json, granted: Json): boolean {
  const [named, open] = [membersOf(target), membersOf(granted)];
  if (named === null || open === null) return canonical(target) === canonical(granted);
  const keys = new Set([...Object.keys(named), ...Object.keys(open)]);
  return [...keys].every((key) => {
    const [one, other] = [named[key], open[key]];
    return one !== undefined && other !== undefined && (other === null || canonical(one) === canonical(other));
  });
}

function membersOf(value: Json): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** What shows that the task is not any more what somebody allowed in advance. */
function breachOf(
  { grant, things }: Grounds,
  { stands_on: on = [], effects, flags }: FollowUp,
): { readonly why: string; readonly ends: GrantBreach } | null {
  const ours = on.filter(({ thing }) => things.has(thing));
  if (ours.some(({ ended }) => ended)) return { why: 'What it is about was merged or closed.', ends: 'closed' };
  const isOthers = ours.some(({ thing, version }) => version !== null && !things.get(thing)?.has(version));
  if (isOthers) return { why: 'Somebody else has worked on it since.', ends: 'others' };
  const path = pathsOf({ effects }).find((one) => !namedBy(grant.paths, one));
  if (path !== undefined) return { why: `It writes ${JSON.stringify(path)}, which is outside.`, ends: 'path' };
  // What its agent had read says nothing of the task: a person looks at that, and the task goes on.
  const flag = flags.find(({ code }) => code !== 'read_untrusted' && !grant.flags.includes(code));
  return flag === undefined ? null : { why: `It has the flag ${flag.code}.`, ends: 'flag' };
}

/** What waits for a person, without a word on whether the task is another. */
function beyond({ grant, things, origin }: Grounds, change: FollowUp): string | null {
  const { tool, stands_on: on = [], reversible } = change;
  if (on.some(({ thing }) => !things.has(thing))) return 'It builds on something else besides.';
  if (!grant.tools.includes(tool)) return `It allows no ${tool}.`;
  if (!isKnownFrom(withoutOwn(change, things), origin))
    return 'Its agent has since read what anybody may have written.';
  if (change.reaches.some((one) => !isAmong(origin.reaches, one))) return 'It sets off more than what was approved.';
  if (change.reaches.some(({ code }) => code === 'leaves_organisation')) return 'It leaves the organisation.';
  return reversible.kind === 'irreversible' ? 'It cannot be undone.' : null;
}

/** A follow-up without having read what its agent's own changes left: whoever decided those knew what they carry on. */
function withoutOwn({ session, server }: FollowUp, things: Grounds['things']): Pick<FollowUp, 'session'> {
  if (session === undefined) return {};
  const isOwn = (read: (typeof session.untrusted)[number]): boolean =>
    read.server === server && read.revision !== null && things.get(read.thing)?.has(read.revision) === true;
  return { session: { ...session, untrusted: session.untrusted.filter((read) => !isOwn(read)) } };
}

/** What other software is told is not the same for being of one kind. */
function isAmong(reaches: readonly Reach[], { code, message }: Reach): boolean {
  return reaches.some((one) => one.code === code && (code !== 'triggers_software' || one.message === message));
}

/** How many bytes a change writes: files and texts whole, and fields as UTF-8. */
function bytesOf(effects: readonly Effect[]): number {
  return effects.reduce((sum, effect) => {
    if (effect.kind === 'field') return sum + Buffer.byteLength(effect.after ?? '');
    if (effect.kind === 'text') return sum + (effect.after?.bytes ?? 0);
    return sum + (effect.after?.content.bytes ?? 0);
  }, 0);
}
