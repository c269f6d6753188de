import type { TicketRef } from '#capabilities/ticket/types.ts';
import type { TicketBackendParts } from '#servers/tickets/parts.ts';
import type { ContractPlace } from '#test/contracts/place.ts';

/**
 * One backend of tickets, with a project that the contract may fill: what each backend's own test provides. Everything is
 * made anew by each test, in tickets whose titles begin with `countersign-contract`; nothing is deleted.
 */
export type TicketPlace = ContractPlace & {
  readonly backend: Pick<TicketBackendParts, 'reader' | 'door' | 'close'>;
  /** The key of the project that is written to. Customers see nothing of it. */
  readonly project: string;
  /** The key of another project that the account may write to and that no scope here covers; null where there is none. */
  readonly elsewhere: string | null;
  /** The name of a type whose tickets need no more than a title. */
  readonly type: string;
  /** Two labels that tickets of the project can have, as the backend spells them. */
  readonly labels: readonly [string, string];
  /**
   * The status that new tickets have, and another one: a transition leads to it that needs no fields, and one leads back.
   */
  readonly statuses: readonly [first: string, next: string];
  /** A status to which no transition leads from the first; null where each can be reached from each. */
  readonly unreachable: string | null;
  /** Somebody to whom tickets can be assigned, as `assignable` takes them; null where there is nobody. */
  readonly assignee: string | null;
  /** The name of a type whose tickets need a field of the project's own, where there is one. */
  readonly demanding?: string;
  /** The key of a project that is archived, where there is one. */
  readonly archived?: string;
  /** Whether a ticket of `type` may be a part of another of the same type; false unless given. */
  readonly parents?: true;
  /** What others do there. What is absent cannot be had at this place, and the tests that need it are skipped. */
  readonly others: Others;
};

/** What somebody, or the network, does that the server has no business doing. */
export type Others = {
  /** Somebody else gives a ticket another title. */
  readonly retitle?: (ticket: TicketRef, title: string) => Promise<unknown>;
  /** Somebody who does not work there comments, or whose standing the backend does not tell. */
  readonly commentAsStranger?: (ticket: TicketRef, text: string) => Promise<unknown>;
  /** Somebody puts many comments on a ticket, in no time. Their texts are `Comment 1` and so on. */
  readonly commentMany?: (ticket: TicketRef, count: number) => Promise<unknown>;
  /** Somebody moves a ticket to the project `elsewhere`. */
  readonly move?: (ticket: TicketRef) => Promise<unknown>;
  /** The next request that changes something takes effect, and its answer does not come back. */
  readonly loseAnswer?: () => unknown;
  /** The next request that changes something does not arrive, and its sender cannot know. */
  readonly loseRequest?: () => unknown;
};
