import { governedInstructions } from '#shared/server/instructions.ts';

const chains =
  'A comment or transition can be proposed together with other work: with `after`, the id of a change of yours of this or ' +
  'the GitHub server, it is decided with that and carried out after it, and its text may say {{after.pull_request_url}}.';

/**
 * What a model is told of this server before it calls anything.
 * @param backend as people call it: "Jira"
 */
export function instructionsFor(backend: string): string {
  const words = { what: `Tickets in ${backend}`, writes: 'add_comment, transition_ticket, update_ticket' };
  return `${governedInstructions({ ...words, source: 'tickets' })} ${chains}`;
}
