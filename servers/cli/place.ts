import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { isPostgresUrl, ledgerLocation } from '#shared/ledger/location.ts';
import { readLedgerVariable } from './config.ts';
import { CommandFailed, exitCodes } from './exit.ts';

/** Where a command that opens the ledger itself finds it. */
export type PlaceOptions = { readonly data: string; readonly ledger?: string };

/** Gives a command the options that say where the ledger is. */
export function withPlace(command: Command): Command {
  return command
    .option('--data <dir>', 'the data directory', './data')
    .option(
      '--ledger <where>',
      'the ledger’s file or postgres:// URL (default: COUNTERSIGN_LEDGER, else ledger.db in the data directory)',
    )
    .configureHelp({ showGlobalOptions: false });
}

/** A file or a URL: from the option, else from the environment, else in the data directory. Throws CommandFailed. */
export function ledgerOf({ data, ledger }: PlaceOptions): string {
  if (ledger !== undefined && isPostgresUrl(ledger) && hasPassword(ledger)) {
    throw new CommandFailed(
      exitCodes.usage,
      'Everybody on this machine can read the password of a URL on a command line.',
      'Give the URL without it, with ~/.pgpass or a certificate; or set COUNTERSIGN_LEDGER.',
    );
  }
  return ledgerLocation(ledger ?? readLedgerVariable() ?? join(resolve(data), 'ledger.db'));
}

function hasPassword(url: string): boolean {
  return /^[^:]*:\/\/[^/?#]*:[^/?#]*@/.test(url) || /[?&](?:password|sslpassword)=/i.test(url);
}
