import * as z from 'zod';
import { type Environment, parseEnvironment } from '#shared/config/environment.ts';
import type { Report } from '#shared/doctor/report.ts';
import type { Person } from '#shared/people/people.ts';
import type { Json } from '#shared/tools/index.ts';
import type { Backend } from './start.ts';

/** One of the backends that a server can be configured with. */
export type ChosenBackend<R, W, A, T extends Json> = Backend<R, W, A, T> & {
  /**
   * Looks at the connection: whether the backend answers, how old the credential is and what it may do, whether these
   * projects, namespaces or what else it is divided into can be seen, how far the clocks are apart. What is wrong is a
   * finding; it does not throw for that.
   */
  readonly examine: (divisions: readonly string[]) => Promise<Report>;
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
export type BackendChoice<Fields extends z.ZodRawShape, Options, Parts> = {
  /** Under which of their accounts people are known there. */
  readonly accounts: keyof Person['accounts'];
  /** By name: COUNTERSIGN_TICKETS_…, or another server's that means the same. */
  readonly settings: Fields;
  /** Adds what several variables have to be together. */
  readonly together?: <T>(schema: z.ZodType<T>, environment: Environment) => z.ZodType<T>;
  readonly optionsOf: (values: z.output<z.ZodObject<Fields>>) => Options;
  /** Variables that hold a secret themselves: they are taken out of the environment once they are read. */
  readonly secrets?: readonly string[];
  readonly open: (options: Options & OpenContext) => Promise<Parts>;
};

/** A choice of something whose options are its own business. */
export type Choosable<Parts> = Pick<BackendChoice<z.ZodRawShape, unknown, Parts>, 'accounts'> & {
  readonly secrets: readonly string[];
  /**
   * Reads its settings and others with them, so that every problem is told at once.
   * @throws AppError `bad_configuration` that lists every problem, one a line
   */
  readonly read: <T>(
    others: z.ZodType<T>,
    environment: Environment,
  ) => { readonly values: T; readonly open: (context: OpenContext) => Promise<Parts> };
};

/** Makes a choice choosable. @param who begins a message: "The ticket server" */
export function choosable<Fields extends z.ZodRawShape, Options, Parts>(
  who: string,
  choice: BackendChoice<Fields, Options, Parts>,
): Choosable<Parts> {
  const { accounts, settings, together = (schema) => schema, optionsOf, secrets = [], open } = choice;
  return {
    accounts,
    secrets,
    read: <T>(others: z.ZodType<T>, environment: Environment) => {
      const schema = together(z.intersection(others, z.object(settings)), environment);
      const values = parseEnvironment(schema, environment, who);
      const options = optionsOf(values);
      return { values: values as T, open: (context: OpenContext) => open({ ...options, ...context }) };
    },
  };
}
