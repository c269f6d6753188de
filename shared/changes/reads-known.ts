import type { Timestamp } from '#shared/ledger/schema.ts';
import type { Told } from '#shared/tools/index.ts';
import type { EndedCall } from './call-record.ts';

/** For so long after a read was put on record the same one is not put there again. Milliseconds. */
const againMs = 9 * 60_000;

/** Whoever asks what was read in a time asks for so much longer, so that nothing is missed that was repeated. Milliseconds. */
export const repeatedMs = 10 * 60_000;

/** So many reads are remembered; what is forgotten is put on record again. */
const most = 20_000;

/** From when on reads are on record of which some may have been repeated since a time. */
export function onRecordSince(time: Timestamp): Timestamp {
  return new Date(Date.parse(time) - repeatedMs).toISOString();
}

type Call = Pick<EndedCall, 'actor' | 'body' | 'told'>;

/** What agents read that is on record, as far as this process remembers. */
export function readsKnown() {
  const known = new Map<string, number>();
  const isKnown = (key: string, at: number): boolean => {
    const since = known.get(key);
    return since !== undefined && at - since < againMs;
  };
  return {
    /** Whether a call told something untrusted of which it is not known that it is on record. */
    isNews: ({ told, ...call }: Call, at: Date): boolean =>
      told.some((one) => one.trust === 'untrusted' && !isKnown(keyOf(call, one), at.getTime())),
    /** Which of what a call told has to be put on record. */
    newIn: ({ told, ...call }: Call, at: Date): readonly Told[] =>
      told.filter((one) => !isKnown(keyByTool(call, one), at.getTime())),
    /** Notes that what a call told is on record since a time. */
    note: ({ told, ...call }: Call, at: Date): void => {
      for (const key of told.flatMap((one) => [keyOf(call, one), keyByTool(call, one)])) {
        known.delete(key);
        known.set(key, at.getTime());
      }
      for (const key of known.keys()) {
        if (known.size <= most) break;
        known.delete(key);
      }
    },
  };
}
export type ReadsKnown = ReturnType<typeof readsKnown>;

function keyOf({ actor, body }: Omit<Call, 'told'>, { thing, revision, trust }: Told): string {
  return JSON.stringify([actor.agent, actor.blueprint, body.server, thing, revision, trust]);
}

function keyByTool(call: Omit<Call, 'told'>, one: Told): string {
  return `${call.body.tool} ${keyOf(call, one)}`;
}
