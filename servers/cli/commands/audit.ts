import type { Command } from 'commander';
import type { SetExitCode } from '../program.ts';
import { checkpointCommand } from './audit-checkpoint.ts';
import { verifyCommand } from './audit-verify.ts';

/** `countersign audit` */
export function auditCommand(countersign: Command, exit: SetExitCode): void {
  const audit = countersign.command('audit').summary('check the record').description('Checks the record.');
  verifyCommand(audit, exit);
  checkpointCommand(audit);
}
