import type { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { backupCommands } from './commands/backup.ts';
import { contentsCommands } from './commands/contents.ts';
import { keysCommand } from './commands/keys.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { peopleCommand } from './commands/people.ts';
import { verifyChangeCommand } from './commands/verify.ts';
import { webhooksCommand } from './commands/webhooks.ts';
import type { SetExitCode } from './program.ts';

/** Adds the commands that ask no server, but read and write the ledger and the files of a suite themselves. */
export function localCommands(countersign: Command, changes: Command, exit: SetExitCode): void {
  verifyChangeCommand(changes, exit);
  auditCommand(countersign, exit);
  backupCommands(countersign);
  peopleCommand(countersign, exit);
  ledgerCommand(countersign);
  contentsCommands(countersign);
  webhooksCommand(countersign, exit);
  keysCommand(countersign);
}
