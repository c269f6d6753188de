import { z } from 'zod';
import type { Forge } from '../forge.ts';
import { findPull } from '../pulls.ts';
import { requestedReviewers, requestReviews, withdrawRequests } from '../review-requests.ts';
import { bodyOf, notFound, parameter, type Request, type Routes, repositoryOf } from './kit.ts';
import { viewLogin, viewPull, viewTeam } from './views.ts';

const schema = z.strictObject({
  reviewers: z.array(z.string()).default([]),
  team_reviewers: z.array(z.string()).default([]),
});

async function placeOf(forge: Forge, c: Request, level: 'read' | 'write') {
  const { repository, token } = repositoryOf(forge, c, 'pull_requests', level);
  const pull = await findPull(forge, repository, Number(parameter(c, 'number')));
  if (!pull) throw notFound();
  return { token, place: { repository, pull } };
}

/** Whose reviews are asked for. */
export function reviewRequestRoutes(forge: Forge, routes: Routes): void {
  const path = '/repos/:owner/:repo/pulls/:number/requested_reviewers';
  const turning = (turn: typeof requestReviews, status: 200 | 201) => async (c: Request) => {
    const { token, place } = await placeOf(forge, c, 'write');
    const { reviewers, team_reviewers } = await bodyOf(c, schema);
    await turn(forge, token, place, { reviewers, teams: team_reviewers });
    return c.json(viewPull(forge, place.repository, place.pull), status);
  };
  routes.get(path, async (c) => {
    const { place } = await placeOf(forge, c, 'read');
    const { users, teams } = requestedReviewers(forge, place);
    return c.json({ users: users.map((login) => viewLogin(forge, login)), teams: teams.map(viewTeam) });
  });
  routes.post(path, turning(requestReviews, 201));
  routes.delete(path, turning(withdrawRequests, 200));
}
