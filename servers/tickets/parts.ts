import type * as z from 'zod';
import type { TicketAsk, TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketReader } from '#capabilities/ticket-read/ports.ts';
import type { TicketWriter } from '#capabilities/ticket-write/ports.ts';
import type { Environment } from '#shared/config/environment.ts';
import type { Report } from '#shared/doctor/report.ts';
import type { Person } from '#shared/people/people.ts';
import type { Backend } from '#shared/server/start.ts';

/** What a backend of tickets is to the server: each folder here opens one. */
export type TicketBackendParts = Backend<TicketReader, TicketWriter, TicketAsk, TicketTarget> & {
  /**
   * Looks at the connection: whether the backend answers, how old the credential is and what it may do, whether these
   * projects can be seen, how far the clocks are apart. What is wrong is a finding; it does not throw for that.
   */
  readonly examine: (projects: readonly string[]) => Promise<Report>;
};

/** What every backend is opened with, besides its own options. */
export type OpenContext = {
  /** The data directory of the suite; a backend that keeps something has a folder of its own there. */
  readonly data: string;
  /** How this server names itself to others: `countersign/0.1.0`. */
  readonly userAgent: string;
  /** Gets what went wrong where nobody waits. */
  readonly onProblem: (error: unknown) => void;
};

/** A backend that the configuration can choose; `Fields` are its own variables, `Options` what becomes of them. */
export type BackendChoice<Fields extends z.ZodRawShape, Options> = {
  /** Under which of their accounts people are known there. */
  readonly accounts: keyof Person['accounts'];
  /** By name: COUNTERSIGN_TICKETS_…, or another server's that means the same. */
  readonly settings: Fields;
  /** Adds what several variables have to be together. */
  readonly together?: <T>(schema: z.ZodType<T>, environment: Environment) => z.ZodType<T>;
  readonly optionsOf: (values: z.output<z.ZodObject<Fields>>) => Options;
  /** Variables that hold a secret themselves: they are taken out of the environment once they are read. */
  readonly secrets?: readonly string[];
  readonly open: (options: Options & OpenContext) => Promise<TicketBackendParts>;
};
