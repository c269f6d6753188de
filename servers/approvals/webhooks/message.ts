import type { Status } from '#shared/changes/transitions.ts';
import { type ChangeRow, findChange } from '#shared/ledger/changes.ts';
import type { Moved } from '#shared/ledger/moved.ts';
import { nudgeEvents } from '#shared/ledger/nudges.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import type { Json } from '#shared/tools/index.ts';
import { shownStatus } from '../status.ts';
import { summaryOf } from '../view/list-item.ts';
import { reveal } from '../view/reveal.ts';
import { sealedOf } from '../view/sealed.ts';
import type { Receiver } from './settings.ts';
import { slackText } from './slack.ts';

/** So much of a summary leaves the suite, in characters as they are shown. */
const mostCharacters = 80;

/** What people are told of: that somebody has to decide, and how it ended. */
const forPeople: ReadonlySet<Status> = new Set([
  'pending',
  'applied',
  'rejected',
  'expired',
  'stale',
  'revoked',
  'failed',
  'partial',
  'unknown',
]);

/** Whether a receiver is told of a move. */
export function isTold(receiver: Pick<Receiver, 'to'>, { to }: Moved): boolean {
  return receiver.to === 'runner' || forPeople.has(to);
}

/**
 * The body of the message that tells of a move: the same whenever it is made. It has a link and no content, nothing to
 * decide with, and nothing that is secret between approvers and executors.
 */
export async function messageOf(
  db: LedgerDb,
  receiver: Pick<Receiver, 'to'>,
  moved: Moved,
  consoleUrl: string,
): Promise<string> {
  const row = await findChange(db, moved.changeId);
  if (!row) throw new Error(`an event tells of ${moved.changeId}, which is not there`);
  const sealed = await sealedOf(db, row.id);
  const body = typeof sealed === 'object' ? sealed.body : sealed;
  const link = `${consoleUrl}/changes/${row.id}`;
  if (receiver.to === 'slack') {
    const target = typeof body === 'object' ? nameOf(body.target) : null;
    return JSON.stringify(
      slackText({ who: whoOf(row), tool: row.tool, target, status: moved.to, nudge: moved.nudge, link }),
    );
  }
  return JSON.stringify({
    id: moved.id,
    type: moved.nudge === null ? `change.${moved.to}` : nudgeEvents[moved.nudge.kind],
    at: moved.at,
    change_id: row.id,
    status: shownStatus(moved.to),
    ...(moved.category === null ? {} : { category: moved.category }),
    summary: prefix(summaryOf(row, body)),
    link,
  });
}

function prefix(text: string): string {
  const characters = Array.from(text.replace(/\s+/g, ' '));
  return characters.length <= mostCharacters
    ? characters.join('')
    : `${characters.slice(0, mostCharacters - 1).join('')}…`;
}

function whoOf(row: ChangeRow): string {
  const requester = JSON.parse(row.requester) as { agent?: string; subject?: string };
  return prefix(reveal(requester.agent ?? requester.subject ?? ''));
}

/** What a target is called, from its sealed identity: its texts, one after the other. */
function nameOf(target: Json): string {
  const texts = typeof target === 'object' && target !== null ? Object.values(target).filter(isText) : [target];
  return prefix(reveal(texts.map(String).join(' ')));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
