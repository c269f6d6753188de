import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { Report } from '#shared/doctor/report.ts';
import type { Backend } from '#shared/server/start.ts';

/** What a backend of tickets is to the server: each folder here opens one. */
export type TicketBackendParts = Backend<TicketReader, TicketWriter, TicketAsk, TicketTarget> & {
  /**
   * Looks at the connection: whether the backend answers, how old the credential is and what it may do, whether these
   * projects can be seen, how far the clocks are apart. What is wrong is a finding; it does not throw for that.
   */
  readonly examine: (projects: readonly string[]) => Promise<Report>;
};
