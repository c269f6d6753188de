import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { ChosenBackend } from '#shared/server/backend-choice.ts';

/** What a backend of tickets is to the server: each folder here opens one. It examines projects, by their keys. */
export type TicketBackendParts = ChosenBackend<TicketReader, TicketWriter, TicketAsk, TicketTarget>;
