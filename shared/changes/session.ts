import { type UntrustedRead, untrustedReads } from '#shared/ledger/reads.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Description, Flag, Told } from '#shared/tools/index.ts';
import { onRecordSince } from './reads-known.ts';
import type { Requester, SealedBody } from './sealed.ts';
import { toldOnce } from './told.ts';

/** For how long back what an agent read counts as what it knew. Milliseconds. */
export const sessionMs = 24 * 3_600_000;

/** So many untrusted things are sealed, so many named in the flag, and so many reads looked at. */
const most = { sealed: 20, named: 3, reads: 2_000 };

type Sealed = NonNullable<SealedBody['session']>;

/** What counts as what an agent knew at a time. Nobody a client names narrows it: it is all that the agent read. */
export function sessionAt(at: Date): { readonly from: string; readonly to: string } {
  return { from: new Date(at.getTime() - sessionMs).toISOString(), to: at.toISOString() };
}

/** Who asks for a change, when, and whose words it carries on: on which server. */
type Asking = {
  readonly requester: Requester;
  readonly at: Date;
  readonly server: string;
  readonly carried: readonly Told[];
};

/**
 * What whoever asks for a change had read that was untrusted, as it is sealed with the change; undefined for a person. All
 * that is on record counts, also of a machine whose clock is ahead of this one; and what the change carries on.
 */
export async function sessionOf(db: LedgerDb, { requester, at, server, carried }: Asking): Promise<Sealed | undefined> {
  if (requester.kind !== 'agent') return undefined;
  const session = sessionAt(at);
  const known = await untrustedReads(db, { agent: requester.agent, from: onRecordSince(session.from) }, most.reads);
  const reads = [...untrustedIn(carried, server, session.to), ...known];
  const each = new Map(reads.toReversed().map((read) => [keyOf(read), read]));
  // The newest of each, the latest first.
  const all = [...new Set(reads.map(keyOf))].flatMap((key) => each.get(key) ?? []);
  const beyond = known.length === most.reads ? 1 : 0;
  return { ...session, untrusted: all.slice(0, most.sealed), more: Math.max(all.length - most.sealed, 0) + beyond };
}

/** What a change carries on, as read when it was asked for. */
function untrustedIn(carried: readonly Told[], server: string, at: string): readonly UntrustedRead[] {
  const untrusted = carried.filter(({ trust }) => trust === 'untrusted');
  return toldOnce(untrusted).map(({ thing, name, revision }) => ({ server, thing, name, revision, at }));
}

const keyOf = ({ server, thing, revision }: UntrustedRead): string => JSON.stringify([server, thing, revision]);

/** What a tool says of a plan, with the flag of what its agent had read. */
export function describedIn(described: Description, session: Sealed | undefined): Description {
  if (session === undefined || !isTainted({ session })) return described;
  return { ...described, flags: [...described.flags, readUntrusted(session)] };
}

function readUntrusted({ untrusted, more }: Sealed): Flag {
  const named = [...new Set(untrusted.map(({ name }) => shown(name)))].slice(0, most.named);
  const left = untrusted.length + more - named.length;
  const list = left > 0 ? `${named.join(', ')} and ${left} more` : named.join(', ');
  return { code: 'read_untrusted', message: `Before, its agent read what anybody may have written: ${list}.` };
}

/** Whether an agent had read untrusted text in the session of its change. */
export function isTainted({ session }: Pick<SealedBody, 'session'>): boolean {
  return session !== undefined && session.untrusted.length + session.more > 0;
}

/**
 * Whether all that was untrusted in the session of a change was in that of another one, at the same revision, so that who
 * decided that knew of it. What has no revision is the same only as the very same read.
 */
export function isKnownFrom(change: Pick<SealedBody, 'session'>, origin: Pick<SealedBody, 'session'>): boolean {
  if (change.session === undefined) return true;
  const known = origin.session?.untrusted ?? [];
  const isKnown = (read: UntrustedRead): boolean =>
    known.some(
      (one) =>
        one.server === read.server &&
        one.thing === read.thing &&
        one.revision === read.revision &&
        (one.revision !== null || one.at === read.at),
    );
  return change.session.more === 0 && change.session.untrusted.every(isKnown);
}

/** A name is chosen by anybody: in quotes, and without characters that do not show. */
function shown(name: string): string {
  const short = Array.from(name).slice(0, 80).join('');
  const quoted = JSON.stringify(short === name ? name : `${short}…`);
  return quoted.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/gu, (hidden) => {
    return `\\u{${hidden.codePointAt(0)?.toString(16)}}`;
  });
}
