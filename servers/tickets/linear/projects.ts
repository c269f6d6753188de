import type { Project } from '#capabilities/ticket-read/ports.ts';
import type { Document } from './documents/document.ts';
import { teamByKey } from './documents/queries.ts';
import { issueType, priorities, projectOf, statusOf } from './tickets.ts';

type Ask = <T>(document: Document<T>, variables: Record<string, unknown>) => Promise<T>;

/** A team by its key. A team that was retired keeps its issues, and takes no new ones. */
export function projectReader({ ask, origin }: { readonly ask: Ask; readonly origin: string }) {
  return async (key: string): Promise<Project | null> => {
    const teams = (await ask(teamByKey, { key })).teams.nodes;
    const team = teams.find(({ archivedAt }) => archivedAt === null) ?? teams[0];
    if (team === undefined) return null;
    return {
      ...projectOf(team),
      url: `${origin}/${encodeURIComponent(team.organization.urlKey)}/team/${encodeURIComponent(team.key)}/all`,
      archived: team.retiredAt !== null || team.archivedAt !== null,
      types: [{ ...issueType, custom: [] }],
      priorities,
      statuses: team.states.nodes.map(statusOf),
    };
  };
}
