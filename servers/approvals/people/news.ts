import { callTypes } from '#shared/ledger/calls.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import { lastSeq } from '#shared/ledger/moved.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Log } from '#shared/telemetry/log.ts';

type Stream = { readonly owner: string; readonly send: (text: string) => void; readonly end: () => void };

/**
 * Tells open pages that something is new, by a number that grows. It tells nothing of what, nor how much of it there is,
 * since people differ in what they may see: they ask, and are answered as ever.
 */
export type News = {
  /** A stream of server-sent events that ends when `isSignedIn` answers false. Undefined where too many are open. */
  readonly open: (owner: string, isSignedIn: () => boolean) => ReadableStream<Uint8Array> | undefined;
  readonly close: () => void;
};

/** So many streams of one session; another one ends the oldest of them. */
const mostOfOne = 6;
const most = 500;
/** Commits that come in a burst are told of once. Milliseconds. */
const gatherMs = 100;
/** How often it is looked whether those who listen are still signed in. Milliseconds. */
const checkMs = 1_000;
/** A line goes out after so many checks, so that nothing in between takes the connection for dead. */
const checksToBeat = 15;

/** One look at the ledger serves all streams, and there is none while nobody listens. */
export function consoleNews({ ledger, log }: { readonly ledger: Ledger; readonly log: Log }): News {
  const streams = new Map<Stream, () => boolean>();
  let last: number | undefined;
  let gathering: ReturnType<typeof setTimeout> | undefined;
  const tell = (text: string): void => {
    for (const stream of streams.keys()) stream.send(text);
  };
  const look = async (): Promise<void> => {
    const at = await newest(ledger.db, last);
    if (at !== last) tell(message(at));
    last = at;
  };
  const failed = (error: unknown): void => log('open pages could not be told', { error });
  const quiet = ledger.onCommit(() => {
    if (streams.size === 0 || gathering !== undefined) return;
    gathering = setTimeout(() => {
      gathering = undefined;
      look().catch(failed);
    }, gatherMs);
  });
  let checks = 0;
  const checking = setInterval(() => {
    checks += 1;
    for (const [stream, isSignedIn] of streams) if (!isSignedIn()) stream.end();
    if (checks % checksToBeat === 0) tell(': still here\n\n');
  }, checkMs);
  return {
    open: (owner, isSignedIn) => {
      const own = [...streams.keys()].filter((stream) => stream.owner === owner);
      if (own.length >= mostOfOne) own[0]?.end();
      if (streams.size >= most) return undefined;
      return newStream(owner, (stream) => {
        streams.set(stream, isSignedIn);
        // What was committed before the stream began must not be missed by a page that asked even earlier.
        newest(ledger.db, last).then((at) => stream.send(message(at)), failed);
        return () => streams.delete(stream);
      });
    },
    close: () => {
      quiet();
      clearInterval(checking);
      clearTimeout(gathering);
      for (const stream of [...streams.keys()]) stream.end();
    },
  };
}

function newStream(owner: string, begin: (stream: Stream) => () => void): ReadableStream<Uint8Array> {
  const utf8 = new TextEncoder();
  let over = (): void => {};
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        let open = true;
        const forget = begin({
          owner,
          // Whoever reads too slowly misses nothing: what is already on its way makes the page ask.
          send: (text) => open && (controller.desiredSize ?? 0) > 0 && controller.enqueue(utf8.encode(text)),
          end: () => {
            over();
            controller.close();
          },
        });
        over = () => {
          open = false;
          forget();
        };
      },
      cancel: () => over(),
    },
    { highWaterMark: 8 },
  );
}

/**
 * The number of the newest event that a page could show. What agents read is on record too, and no page shows it: it
 * makes none ask again.
 */
async function newest(db: LedgerDb, before: number | undefined): Promise<number> {
  if (before === undefined) return lastSeq(db);
  const since = db.selectFrom('events').select('seq').where('seq', '>', before).where('type', 'not in', callTypes);
  const last = await since.orderBy('seq', 'desc').limit(1).executeTakeFirst();
  return last?.seq ?? before;
}

function message(at: number): string {
  return `event: changed\ndata: ${JSON.stringify({ at })}\n\n`;
}
