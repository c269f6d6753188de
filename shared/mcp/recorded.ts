import { askedFor, shortened } from '#shared/changes/asked-for.ts';
import type { CallRecord, EndedCall } from '#shared/changes/call-record.ts';
import { sponsorDenial } from '#shared/changes/sponsors.ts';
import { toldOnce } from '#shared/changes/told.ts';
import type { Toolbox } from '#shared/changes/toolbox.ts';
import { AppError, type ErrorCode } from '#shared/errors.ts';
import type { Owner } from '#shared/ledger/changes.ts';
import type { Json, Told } from '#shared/tools/index.ts';

/** Whose calls of which server are recorded, and where. */
type Place<R, W, A, T extends Json> = {
  readonly calls: CallRecord;
  readonly owner: Owner;
  readonly server: string;
  readonly tools: Toolbox<R, W, A, T>;
};

/** `asks` are those of a call that is no tool's; those of a tool say themselves what they ask for. */
type Call = { readonly name: string; readonly args: unknown; readonly asks?: readonly unknown[] };

/** By which a call says what its answer tells of, before that leaves. */
export type Tell = (told: readonly Told[]) => void;

/** The same, done when it is on record: for what an error may tell. Throws AppError `ledger_unavailable`. */
export type TellNow = (told: readonly Told[]) => Promise<void>;

/** A call that ends so was refused, not tried. */
const denials: ReadonlySet<string> = new Set<ErrorCode>([
  'out_of_scope',
  'not_permitted',
  'limit_reached',
  'unknown_tool',
]);

/**
 * Every call of a face goes through this. It is recorded with what it asked for, how it ended and which things it told of,
 * never with their text; one that made a change is on record as that change. A proposal that failed has read at most.
 * What is untrusted is on record before it is answered: where it cannot be, there is no answer.
 */
export function recorder<R, W, A, T extends Json>(place: Place<R, W, A, T>) {
  const { calls } = place;
  return {
    recorded: async <Answer>(call: Call, run: (tell: Tell, tellNow: TellNow) => Promise<Answer>): Promise<Answer> => {
      const end = calls.begin();
      let ended: EndedCall | null = null;
      let quoted: readonly Told[] = [];
      const tellNow = async (all: readonly Told[]): Promise<void> => {
        const known = toldOnce(all);
        // Where it is no news, it goes with the others, as a read does.
        quoted = (await calls.writeNews(endedCall(place, call, 'ok', known))) ? [] : known;
      };
      try {
        let told: readonly Told[] = [];
        const answer = await run((all) => {
          told = toldOnce(all);
        }, tellNow);
        if (place.tools.find(call.name)?.tool.kind === 'write') {
          if (quoted.some(({ trust }) => trust === 'untrusted')) ended = endedCall(place, call, 'ok', quoted);
          return answer;
        }
        const read = endedCall(place, call, 'ok', told);
        if (!(await calls.writeNews(read))) ended = read;
        return answer;
      } catch (error) {
        ended = endedCall(place, call, error, quoted);
        throw error;
      } finally {
        end(ended);
      }
    },
    /** For a tool that is not listed. Nothing is read, so it is refused also where it cannot be recorded. */
    unknown: (name: string): void => {
      const refused = new AppError('unknown_tool', 'It is not granted.');
      try {
        calls.begin()(endedCall(place, { name, args: undefined }, refused));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    },
  };
}

function endedCall<R, W, A, T extends Json>(
  { owner, server, tools }: Place<R, W, A, T>,
  { name, args, asks }: Call,
  how: unknown,
  told: readonly Told[] = [],
): EndedCall {
  const tool = tools.find(name)?.tool;
  const denial = sponsorDenial(how);
  const outcome = outcomeOf(denial ?? how);
  const isDenied = denials.has(outcome);
  // What no limit holds back is recorded without its particulars, so that the same many times is one event.
  const isUnlimited = outcome === 'limit_reached' || outcome === 'unknown_tool';
  return {
    type: isDenied ? 'tool.denied' : 'tool.read',
    actor: { kind: 'agent', ...owner },
    body: {
      server,
      tool: tool === undefined && asks === undefined ? '(unknown)' : name,
      outcome,
      ...(isDenied && how instanceof AppError && { why: shortened((denial ?? how).message) }),
      ...(isUnlimited ? { asks: [] } : askedFor(asks ?? asksOf(tools, name, args), args)),
    },
    told,
  };
}

function outcomeOf(how: unknown): 'ok' | ErrorCode {
  if (how instanceof AppError) return how.code;
  return how === 'ok' ? 'ok' : 'internal';
}

function asksOf<R, W, A, T extends Json>(tools: Toolbox<R, W, A, T>, name: string, args: unknown): readonly unknown[] {
  const tool = tools.find(name)?.tool;
  const parsed = tool?.input.safeParse(args ?? {});
  if (!tool || !parsed?.success) return [];
  const asks = tool.asks(parsed.data);
  return asks.length === 0 && tool.names ? [tool.names(parsed.data)] : asks;
}
