import { join } from 'node:path';
import Database from 'better-sqlite3';
import { ended, type Person, personOf } from '#test/e2e/people.ts';
import type { TestSuite } from '#test/e2e/suite.ts';
import { timed } from './statistics.ts';

/** How often the ledger is looked at for the end of a change. */
export const lookMs = 2;

/** Milliseconds: the person's request until its answer, and from then until the change is applied. */
export type Landing = { readonly decided: number; readonly landed: number };

/** A person who decides, and a look into the ledger, which is a lighter way to wait than the console's API. */
export type Decider = {
  /** Looks at the change once and approves it; throws when it ends otherwise than applied. */
  readonly land: (id: string) => Promise<Landing>;
  readonly close: () => void;
};

export function deciderOf(suite: TestSuite): Decider {
  const person = personOf(suite);
  const database = new Database(join(suite.data, 'ledger.db'), { readonly: true });
  const find = database.prepare<[string], string>('select status from changes where id = ?').pluck();
  return {
    land: async (id) => {
      const decided = await approve(person, id);
      const [status, landed] = await timed(() => endOf(id, () => find.get(id)));
      if (status !== 'applied') throw new Error(`${id} is ${status}`);
      return { decided, landed };
    },
    close: () => database.close(),
  };
}

async function approve(person: Person, id: string): Promise<number> {
  const { seal } = await person.change(id);
  const decision = { decision: 'approve', seal, reason: '' };
  const [answer, ms] = await timed(() => person.post(`/api/changes/${id}/decision`, decision));
  if (answer.status !== 200) throw new Error(`${id}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return ms;
}

async function endOf(id: string, statusNow: () => string | undefined): Promise<string> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const status = statusNow();
    if (status !== undefined && ended.includes(status)) return status;
    if (performance.now() > deadline) throw new Error(`${id} is still ${status}`);
    await new Promise((resolve) => setTimeout(resolve, lookMs));
  }
}
