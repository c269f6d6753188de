import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { afterLook, afterNotDone, afterSettling, earlierOf, endOf, isOver, looksBack } from '#shared/changes/course.ts';
import { haltOf } from '#shared/changes/halt.ts';
import { type Move, moves } from '#shared/changes/transitions.ts';
import { verifyApproved } from '#shared/changes/verify.ts';
import { notesBlueprint, notesKit } from '#test/fakes/notes-kit.ts';
import type { State } from './state.ts';

/** What the executor decides by: its own functions, unless a test breaks one of them on purpose. */
export type Rules = {
  readonly moves: readonly Move[];
  readonly repeat: 'guarded' | 'never';
  readonly halt: (state: Pick<State, 'late' | 'blueprint'>) => 'expired' | 'revoked' | null;
  readonly looksBack: typeof looksBack;
  readonly afterNotDone: typeof afterNotDone;
  readonly afterLook: typeof afterLook;
  readonly afterSettling: typeof afterSettling;
  readonly endOf: typeof endOf;
  readonly earlier: (lost: { readonly old: boolean } | null) => ReturnType<typeof earlierOf>;
  readonly over: (attempt: { readonly old: boolean }) => boolean;
  /** What is checked where: each is a line of the executor or of the ledger that may be left out. */
  readonly checks: Readonly<Record<Check, boolean>>;
};

/**
 * `signatures`: an approval is verified. `order`: nothing is taken up before what it comes after is applied. `claim`: who moves a change, or says how another’s attempt ended, has taken it up. `lease`: who begins a step holds the change.
 * `leave`: asked again when its request leaves. `stop`, `halt`: asked again when a step begins. `age`: no request leaves long after its step was begun.
 * `deadline`: whether a request is over is asked before the look. `doubt`: an answer that was lost is no refusal.
 */
export type Check =
  | 'signatures'
  | 'order'
  | 'claim'
  | 'lease'
  | 'leave'
  | 'stop'
  | 'halt'
  | 'age'
  | 'deadline'
  | 'doubt';

const begun = '2027-01-01T00:00:00.000Z';
const whenOld = new Date(Date.parse(begun) + 3_600_000);
const at = (old: boolean): Date => (old ? whenOld : new Date(begun));

/** The rules that are in force. */
export async function rulesInForce(): Promise<Rules> {
  const halts = await haltTable();
  return {
    moves,
    repeat: 'guarded',
    halt: ({ late, blueprint }) => halts.get(`${late} ${blueprint}`) ?? null,
    looksBack,
    afterNotDone,
    afterLook,
    afterSettling,
    endOf,
    earlier: (lost) => earlierOf(lost && begun, at(lost?.old ?? false)),
    over: ({ old }) => isOver(begun, at(old)),
    checks: {
      signatures: true,
      order: true,
      claim: true,
      lease: true,
      leave: true,
      stop: true,
      halt: true,
      age: true,
      deadline: true,
      doubt: true,
    },
  };
}

/** What `haltOf` says of a real approved change, at each time and with each blueprint. */
async function haltTable(): Promise<Map<string, 'expired' | 'revoked'>> {
  const kit = await notesKit();
  try {
    const id = await kit.approved({ a: 'one' });
    const change = await verifyApproved(kit.context, kit.context.keys(), kit.ledger, id);
    const after = new Date(Date.parse(change.approvedUntil) + 1);
    const blueprints: Record<State['blueprint'], Blueprint | null> = {
      live: kit.blueprint,
      narrowed: notesBlueprint(['b']),
      gone: null,
    };
    const table = new Map<string, 'expired' | 'revoked'>();
    for (const [name, blueprint] of Object.entries(blueprints)) {
      for (const late of [false, true]) {
        const now = late ? () => after : kit.clock.now;
        const halt = haltOf({ ...kit.context, now, blueprint: () => blueprint }, change);
        if (halt) table.set(`${late} ${name}`, halt.status);
      }
    }
    return table;
  } finally {
    await kit.close();
  }
}
