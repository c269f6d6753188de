import { type Change, decided } from './change.ts';
import { changePath } from './commands/shared.ts';
import type { Connection } from './config.ts';
import { confirm, isInteractive } from './confirm.ts';
import { CommandFailed, type ExitCode, exitCodes } from './exit.ts';
import { request } from './http.ts';
import { print } from './output.ts';
import { renderChange } from './render/change.ts';
import { visibleLine } from './visible.ts';
import { waitForEnd, waitForPlan } from './wait.ts';

const endMs = 300_000;

/**
 * Shows what somebody asked for once it has a plan and, when they say yes, approves it and waits for its end. Throws
 * CommandFailed where it has no plan.
 */
export async function decideAsked(
  connection: Connection,
  asked: string,
  options: {
    readonly reason: string;
    readonly yes: true | undefined;
    readonly json: boolean | undefined;
    readonly question: string;
  },
): Promise<ExitCode> {
  const { reason, yes, json, question } = options;
  const shown = await waitForPlan(connection, asked);
  const seal = sealOf(shown);
  if (json !== true) console.log(`${renderChange(shown)}\n`);
  const isApproved = yes ?? (isInteractive() && json !== true && (await confirm(question)));
  if (!isApproved) {
    const next = `To decide: countersign changes approve ${visibleLine(asked)} --seal ${seal}`;
    print(json, { change_id: asked, status: shown.status, seal }, () => `It waits for its decision.\n${next}`);
    return exitCodes.ok;
  }
  await request(connection, changePath(asked, '/decision'), decided, { decision: 'approve', seal, reason });
  const end = await waitForEnd(connection, asked, endMs);
  const note = end.note === null ? '' : `: ${visibleLine(end.note)}`;
  print(json, end, () => `${visibleLine(end.change_id)} is ${visibleLine(end.status)}${note}.`);
  return end.status === 'applied' ? exitCodes.ok : exitCodes.no;
}

/** The seal of what waits for a decision. */
function sealOf({ status, seal, note }: Change): string {
  if (status === 'pending_approval' && seal !== null) return seal;
  throw new CommandFailed(exitCodes.no, visibleLine(note ?? `What was asked for is ${status}.`));
}
