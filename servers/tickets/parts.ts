import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import type { SponsorAccess } from '#shared/changes/sponsors.ts';
import type { Report } from '#shared/doctor/report.ts';

/** What a backend of tickets is to the server: each folder here opens one. */
export type TicketBackendParts = {
  readonly reader: TicketReader;
  readonly door: WriterDoor<TicketWriter, TicketTarget>;
  /** @param accountOf the account of a sponsor on this backend; null when none is known */
  readonly sponsorAccess: (accountOf: (sponsor: string) => string | null) => SponsorAccess<TicketAsk>;
  /** Where its tickets are, as `https://acme.atlassian.net`: sealed with every change, and what links begin with. */
  readonly origin: string;
  /**
   * Looks at the connection: whether the backend answers, how old the credential is and what it may do, whether these
   * projects can be seen, how far the clocks are apart. What is wrong is a finding; it does not throw for that.
   */
  readonly examine: (projects: readonly string[]) => Promise<Report>;
  readonly close: () => Promise<void>;
};
