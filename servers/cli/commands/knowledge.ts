import type { Command } from 'commander';
import type { SetExitCode } from '../program.ts';
import { knowledgeBackupCommand, knowledgeExportCommand } from './knowledge-export.ts';
import { knowledgeForgetCommand } from './knowledge-forget.ts';
import { knowledgeImportCommand } from './knowledge-import.ts';
import { knowledgeNamespacesCommand } from './knowledge-namespaces.ts';
import { knowledgeRestoreCommand } from './knowledge-restore.ts';

/** `countersign knowledge` */
export function knowledgeCommand(countersign: Command, exit: SetExitCode): void {
  const knowledge = countersign
    .command('knowledge')
    .summary('take pages in and out, bring a namespace back, forget a page')
    .description('Looks after the knowledge base: what comes in, what goes out, and what is forgotten.');
  knowledgeImportCommand(knowledge, exit);
  knowledgeExportCommand(knowledge);
  knowledgeNamespacesCommand(knowledge);
  knowledgeRestoreCommand(knowledge, exit);
  knowledgeForgetCommand(knowledge);
  knowledgeBackupCommand(knowledge);
}
