import type { Json, Origin, Viewer } from '#shared/tools/index.ts';
import type { Requester, SealedBody } from './sealed.ts';
import type { VerifiedChange } from './verify.ts';

/** What a viewer may see of a backend; the same for all where it holds nothing back. */
export type ReaderFor<R> = (viewer: Viewer) => R;

/** For whom is read on behalf of whoever asked for a change. */
export function viewerOf(requester: Requester): Viewer {
  return requester.kind === 'agent' ? { kind: 'agent', agent: requester.agent } : { kind: 'people' };
}

/** What whoever asked for a change may see of its backend. */
export function readerOf<R>(context: { readonly readerFor: ReaderFor<R> }, body: Pick<SealedBody, 'requester'>): R {
  return context.readerFor(viewerOf(body.requester));
}

/** Whom the writes of a change come from. A rule or a task grant lets in what nobody has looked at. */
export function originOf<R, W, A, T extends Json>({ automatic, sealed }: VerifiedChange<R, W, A, T>): Origin {
  const isUnseen = automatic !== null && automatic.by.kind !== 'review';
  return { ...authorOf(sealed.body), accepted: !isUnseen };
}

/** Whose words a change writes, and how far they can be relied on: what a person puts back as far as before. */
export function authorOf({
  requester,
  sponsor,
  session,
  carries,
}: Pick<SealedBody, 'requester' | 'sponsor' | 'session' | 'carries'>): Omit<Origin, 'accepted'> {
  const isUntrusted = carries === 'untrusted' || (session !== undefined && session.untrusted.length > 0);
  return {
    agent: requester.kind === 'agent' ? requester.agent : null,
    sponsor,
    session: session === undefined ? null : { from: session.from, to: session.to },
    trust: isUntrusted ? 'untrusted' : 'trusted',
  };
}
