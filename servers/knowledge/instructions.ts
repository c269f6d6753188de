import type { KnowledgeBackend } from '#capabilities/knowledge-read/ports.ts';
import { governedInstructions } from '#shared/server/instructions.ts';

const reading =
  'Search before you write: search_pages finds pages of the namespaces that you were granted, list_pages shows what there is. ' +
  'Each says whose words it has, and whether they can be trusted; what you read is on record.';

const chains =
  'A page or comment can be proposed together with other work: with `after`, the id of a change of yours of this, the GitHub ' +
  'or the ticket server, it is decided with that and carried out after it, and a comment may say {{after.pull_request_url}}.';

const waiting =
  'What no person decided waits in quarantine: you find it, marked as such, and other agents only once a person accepted it.';

/** What a model is told of this server before it calls anything. */
export function instructionsFor({ name, quarantine }: Pick<KnowledgeBackend, 'name' | 'quarantine'>): string {
  const words = { what: `Pages in ${name}`, writes: 'create_page, update_page, comment_on_page', source: 'pages' };
  return [governedInstructions(words), reading, ...(quarantine ? [waiting] : []), chains].join(' ');
}
