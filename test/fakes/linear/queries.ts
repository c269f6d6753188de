import { connection, whole } from './connection.ts';
import { fits } from './filter.ts';
import { type Actor, type Filtered, sees, type Views } from './views.ts';
import type { Workspace } from './workspace.ts';

/** The queries of Linear's API that are needed here. */
export function queriesOf({ users, teams, labels, issues }: Workspace, views: Views, actor: Actor) {
  const { user, team, issue, comment, relation, filterable, visible, issueBy, commentBy, relationBy } = views;
  return {
    viewer: () => user(actor.user),
    organization: { name: 'Acme', urlKey: 'acme' },
    rateLimitStatus: { limits: [{ type: 'API_REQUESTS', allowedAmount: 5000, remainingAmount: 4990 }] },
    issue: ({ id }: { id: string }) => issue(issueBy(id)),
    comment: ({ id }: { id: string }) => comment(commentBy(id)),
    issueRelation: ({ id }: { id: string }) => relation(relationBy(id)),
    issues: (page: Filtered) => {
      const found = [...issues.values()].filter(
        (one) =>
          visible(one) &&
          (page.includeArchived === true || one.archivedAt === null) &&
          fits(filterable(one), page.filter ?? {}),
      );
      return connection(found, page, issue);
    },
    teams: (page: Filtered) =>
      whole(
        [...teams.values()].filter((one) => sees(actor.user, one) && fits(one, page.filter ?? {})),
        page,
        team,
      ),
    users: (page: Filtered) =>
      whole(
        [...users.values()].filter((one) => fits(user(one), page.filter ?? {})),
        page,
        user,
      ),
    issueLabels: (page: Filtered) => {
      const teamed = [...labels.values()].map((one) => ({
        ...one,
        team: teams.get(one.teamId ?? '') ?? null,
      }));
      return whole(
        teamed.filter((one) => fits(one, page.filter ?? {})),
        page,
        (one) => one,
      );
    },
  };
}
