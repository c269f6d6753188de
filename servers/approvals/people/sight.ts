import type { Hono, MiddlewareHandler } from 'hono';
import { parseArguments } from '#shared/changes/arguments.ts';
import type { Who } from '#shared/changes/capacity.ts';
import { isConcerned, localIssuer } from '#shared/changes/entitled.ts';
import { requester } from '#shared/changes/sealed.ts';
import { requestOf } from '#shared/changes/set.ts';
import { AppError } from '#shared/errors.ts';
import { type ChangeRow, findChanges } from '#shared/ledger/changes.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { findSet, membersOf } from '#shared/ledger/sets.ts';
import { type Found, sealedOfEach } from '../view/sealed.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { changeId } from './inputs.ts';
import type { Principal } from './principal.ts';

/** Which changes somebody may see, and whether they decide any. */
export type Sight = {
  /** Everything: at this machine's own console, for auditors and for responders. */
  readonly everything: boolean;
  readonly isAuditor: boolean;
  /** Whether they may take back at once what an agent has pending, and prepare to put back all that it did. */
  readonly responds: boolean;
  /** Whether they decide a change or asked for it: what they may carry on with, whatever else they see. */
  readonly handles: (row: ChangeRow, sealed: Found['sealed']) => boolean;
  readonly of: (row: ChangeRow, sealed: Found['sealed']) => boolean;
};

type SightOptions = Pick<ConsoleOptions, 'know' | 'auditors' | 'responders' | 'ledger'>;

/**
 * What somebody sees: the changes that they may decide and those that they asked for themselves. What was altered in the
 * ledger names nobody who may decide it.
 */
export function sightOf(options: Pick<SightOptions, 'know' | 'auditors' | 'responders'>, principal: Principal): Sight {
  const { approver } = principal;
  const who = whoIs(options, principal);
  const isAuditor = who.groups.some((group) => options.auditors.includes(group));
  const isHere = approver.issuer === localIssuer;
  const responds = isHere || (!isAuditor && who.groups.some((group) => options.responders.includes(group)));
  const everything = isAuditor || responds;
  const handles: Sight['handles'] = (row, sealed) => {
    if (isHere) return true;
    const asked = requester.parse(JSON.parse(row.requester));
    if (asked.kind === 'person' && asked.issuer === approver.issuer && asked.subject === approver.subject) return true;
    return typeof sealed === 'object' && isConcerned(sealed.body.review, who);
  };
  return { everything, isAuditor, responds, handles, of: (row, sealed) => everything || handles(row, sealed) };
}

/** Somebody, as review rules look at them. */
export function whoIs({ know }: Pick<ConsoleOptions, 'know'>, principal: Principal): Who {
  const { key, groups } = know(principal);
  return { approver: principal.approver, person: key, groups: groups.map(({ group }) => group) };
}

/** Whether somebody decides a change or asked for it; null when there is no such change. */
export async function handlesOf(options: SightOptions, principal: Principal, id: string): Promise<boolean | null> {
  const [row] = await findChanges(options.ledger.db, [id]);
  const sealed = await sealedOfEach(options.ledger.db, [id]);
  return row ? sightOf(options, principal).handles(row, sealed(id)) : null;
}

/** Those of some changes that somebody may see. */
export async function seenOf(db: LedgerDb, sight: Sight, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (sight.everything) return new Set(ids);
  const wanted = [...new Set(ids)];
  const [rows, sealed] = await Promise.all([findChanges(db, wanted), sealedOfEach(db, wanted)]);
  return new Set(rows.filter((row) => sight.of(row, sealed(row.id))).map(({ id }) => id));
}

/** Hides from everybody what is not theirs, before any route sees the request. */
export function useSight(app: Hono<SignedIn>, options: ConsoleOptions): void {
  for (const path of ['/changes/*', '/sets/*', '/incidents/*', '/grants/*', '/requests'])
    app.use(path, auditorGuard(options));
  app.use('/changes/:id/*', changeGuard(options));
  for (const path of ['/changes/:id/settle', '/changes/:id/resume', '/changes/:id/accept'])
    app.use(path, handlesGuard(options));
  app.use('/sets/:id/*', setGuard(options));
}

/** Answers for a change that somebody may not see as for one that does not exist. */
function changeGuard(options: ConsoleOptions): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    const sight = sightOf(options, context.get('principal'));
    const id = parseArguments(changeId, context.req.param('id'));
    if (!(await seenOf(options.ledger.db, sight, [id])).has(id)) {
      throw new AppError('not_found', 'There is no such change.');
    }
    return next();
  };
}

/** Who only responds sees everything, and carries nothing on: that is for those who decide it. */
function handlesGuard(options: ConsoleOptions): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    const id = parseArguments(changeId, context.req.param('id'));
    if ((await handlesOf(options, context.get('principal'), id)) === false) {
      throw new AppError('not_permitted', 'This is for those who may decide the change.');
    }
    return next();
  };
}

/** The same for a set: whoever sees one sees all that it puts back. */
function setGuard(options: ConsoleOptions): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    const { db } = options.ledger;
    const sight = sightOf(options, context.get('principal'));
    const id = context.req.param('id') ?? '';
    const set = sight.everything ? undefined : await findSet(db, id);
    if (set && !(await seesSet(db, sight, context.get('principal'), set))) {
      throw new AppError('not_found', 'There is no such set.');
    }
    return next();
  };
}

async function seesSet(
  db: LedgerDb,
  sight: Sight,
  { approver }: Principal,
  set: NonNullable<Awaited<ReturnType<typeof findSet>>>,
): Promise<boolean> {
  const { requester: by } = requestOf(set);
  if (by.issuer === approver.issuer && by.subject === approver.subject) return true;
  const ids = (await membersOf(db, set.id)).map((row) => row.id);
  return (await seenOf(db, sight, ids)).size === ids.length;
}

/** Auditors look at everything and change nothing about it. */
function auditorGuard(options: ConsoleOptions): MiddlewareHandler<SignedIn> {
  return async (context, next) => {
    if (context.req.method !== 'GET' && sightOf(options, context.get('principal')).isAuditor) {
      throw new AppError('not_permitted', 'Auditors see everything and decide nothing.');
    }
    return next();
  };
}
