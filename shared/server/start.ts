import { randomUUID } from 'node:crypto';
import { type CallRecord, callRecord } from '#shared/changes/call-record.ts';
import type { ReaderFor } from '#shared/changes/origin.ts';
import type { WriterDoor } from '#shared/changes/permit.ts';
import type { ProposeContext } from '#shared/changes/propose.ts';
import { type SponsorAccess, sponsorsOf } from '#shared/changes/sponsors.ts';
import type { Toolbox } from '#shared/changes/toolbox.ts';
import { startWorker } from '#shared/changes/worker.ts';
import type { Person } from '#shared/people/people.ts';
import { sponsorAccounts } from '#shared/people/sponsor.ts';
import type { Log } from '#shared/telemetry/log.ts';
import type { Json } from '#shared/tools/index.ts';
import type { Governance } from './governance.ts';

/** A backend as its server has it: a reader, and a door that only a permit opens. */
export type Backend<R, W, A, T extends Json> = {
  readonly reader: R;
  /** What one viewer may see of it, where that is not the same for all. */
  readonly readerFor?: ReaderFor<R>;
  readonly door: WriterDoor<W, T>;
  /** @param accountOf the account of a sponsor on this backend; null when none is known */
  readonly sponsorAccess: (accountOf: (sponsor: string) => string | null) => SponsorAccess<A>;
  /** Where it is, as `https://api.github.com`: sealed with every change, and the host of what its receipts link to. */
  readonly origin: string;
  /** Ends the credentials and connections that are left. */
  readonly close: () => Promise<void>;
};

/** A server that carries out what is approved; what it needs to let agents propose; and how to end it. */
export type Started<R, W, A, T extends Json> = {
  readonly context: ProposeContext<R, W, A, T>;
  readonly calls: CallRecord;
  /** Ends what carries out changes, the backend and the ledger, once no more calls come. */
  readonly close: () => Promise<void>;
};

/** Starts the executor of a server, and what records the calls of agents. */
export function startServer<R, W, A, T extends Json>({
  governance,
  name,
  tools,
  backend,
  accounts,
  leaseMs,
  log,
}: {
  readonly governance: Governance;
  /** As the ledger and blueprints know it: `github`. */
  readonly name: string;
  readonly tools: Toolbox<R, W, A, T>;
  readonly backend: Backend<R, W, A, T>;
  /** Under which of their accounts people are known on the backend. */
  readonly accounts: keyof Person['accounts'];
  readonly leaseMs: number;
  readonly log: Log;
}): Started<R, W, A, T> {
  const { approvers, ledger, keys, blueprint, people } = governance;
  const blueprints = () => governance.blueprints.flatMap(({ name: one }) => blueprint(one) ?? []);
  const { reader, door, readerFor = () => reader } = backend;
  const sponsors = sponsorsOf(backend.sponsorAccess(sponsorAccounts(people, accounts)));
  const place = { tools, server: name, backend: backend.origin, sponsors, approvers };
  const context = { ...place, ledger, readerFor, now: () => new Date() };
  const worker = startWorker(
    { ...context, door, keys, blueprint, blueprints, executor: `${name} ${randomUUID()}`, leaseMs },
    ({ change, what, error }) => log(what, { change, error }),
  );
  const onProblem = (error: unknown): void => log('calls are not on record yet', { error });
  const calls = callRecord({ ledger, now: context.now, onProblem });
  return {
    context,
    calls,
    close: async () => {
      await worker.stop();
      await calls.close();
      await backend.close();
      await ledger.close();
    },
  };
}
