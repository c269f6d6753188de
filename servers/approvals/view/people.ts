import type { Requester } from '#shared/changes/sealed.ts';
import type { EventActor } from '#shared/ledger/events.ts';
import { reveal } from './reveal.ts';

/** Who did or asked for something. `issuer` says who vouches for a person's name. */
export type WhoView = {
  readonly kind: 'agent' | 'person' | 'server';
  readonly name: string;
  readonly issuer: string | null;
};

export function requesterView(requester: Requester): WhoView {
  return requester.kind === 'agent'
    ? { kind: 'agent', name: reveal(requester.agent), issuer: null }
    : { kind: 'person', name: reveal(requester.subject), issuer: reveal(requester.issuer) };
}

export function actorView(actor: EventActor): WhoView {
  if (actor.kind === 'agent') return { kind: 'agent', name: reveal(actor.agent), issuer: null };
  if (actor.kind === 'server') return { kind: 'server', name: actor.server, issuer: null };
  return { kind: 'person', name: reveal(actor.subject), issuer: reveal(actor.issuer) };
}
