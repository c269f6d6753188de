import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import * as z from 'zod';
import { type Connection, readOrigin, sessionFile } from '../config.ts';
import { CommandFailed, exitCodes } from '../exit.ts';
import { ask, request } from '../http.ts';
import { keepSession, keptSession } from '../kept-session.ts';
import { visibleLine } from '../visible.ts';

const help = `
Signing in goes through the browser: open the link that is printed, sign in there as always, and confirm the code. The
terminal is then signed in as you are, for eight hours at most and as long as it is used; what it is signed in with is kept
in ~/.config/countersign (0600). A preset token, with --token-file or COUNTERSIGN_APPROVER_TOKEN, comes first.

Behind an identity-aware proxy (Google IAP, Cloudflare Access) a terminal cannot sign in: decide in the browser there.

Examples:
  $ countersign sign-in --url https://console.example
  $ countersign changes list --status pending --url https://console.example
  $ countersign sign-out --url https://console.example`;

/** How often it is asked whether somebody has confirmed, in milliseconds. */
const everyMs = 1_000;

const begun = z.looseObject({ code: z.string(), link: z.string(), expires_at: z.string() });
const answer = z.looseObject({ status: z.enum(['waiting', 'confirmed', 'refused', 'unknown']) });
const session = z.looseObject({ issuer: z.string(), subject: z.string(), name: z.string().nullable() });

/** `countersign sign-in` */
export function signInCommand(countersign: Command): void {
  countersign
    .command('sign-in')
    .summary('sign this terminal in through the browser')
    .description('Signs this terminal in at a console as who you are there, through the browser.')
    .addHelpText('after', help)
    .action(async (_options: object, command: Command) => {
      const origin = readOrigin(command.optsWithGlobals<{ url?: string }>());
      const connection = { origin, token: randomBytes(32).toString('base64url'), isKept: true };
      const { code, link } = await ask(connection, '/terminals', begun, { host: hostname() });
      console.log(`Open this in the browser in which you are signed in, or sign in there:\n\n  ${visibleLine(link)}\n`);
      console.log(`Confirm it there only if it shows this code: ${visibleLine(code)}\n`);
      await confirmed(connection);
      const who = await request(connection, '/session', session);
      keepSession(sessionFile(), origin, connection.token);
      console.log(`Signed in at ${origin} as ${visibleLine(who.name ?? who.subject)} (${visibleLine(who.issuer)}).`);
    });
}

async function confirmed(connection: Connection): Promise<void> {
  for (;;) {
    const { status } = await ask(connection, '/terminals', answer);
    if (status === 'confirmed') return;
    if (status === 'refused') throw new CommandFailed(exitCodes.no, 'It was refused in the browser.');
    if (status === 'unknown') {
      throw new CommandFailed(exitCodes.no, 'Nobody confirmed it in time.', 'Type "countersign sign-in" again.');
    }
    await pause(everyMs);
  }
}

/** `countersign sign-out` */
export function signOutCommand(countersign: Command): void {
  countersign
    .command('sign-out')
    .summary('sign this terminal out')
    .description('Ends what "countersign sign-in" began, here and at the console.')
    .action(async (_options: object, command: Command) => {
      const origin = readOrigin(command.optsWithGlobals<{ url?: string }>());
      const token = keptSession(sessionFile(), origin);
      if (token === undefined) {
        console.log(`This terminal is not signed in at ${origin}.`);
        return;
      }
      // Forgotten first: whatever the console answers, nobody goes on with it here.
      keepSession(sessionFile(), origin, null);
      await request({ origin, token, isKept: true }, '/sign-out', z.unknown(), {}).catch((error: unknown) => {
        // Over already is signed out, too.
        if (!(error instanceof CommandFailed) || error.exitCode !== exitCodes.usage) throw error;
      });
      console.log(`Signed out at ${origin}.`);
    });
}
