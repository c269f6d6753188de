import { z } from 'zod';
import type { Forge } from '../forge.ts';
import { findPull } from '../pulls.ts';
import { fullName } from '../repositories.ts';
import { openThread, type PlacedPull, type ReviewComment, reply } from '../review-threads.ts';
import { apiUrl, bodyOf, notFound, parameter, type Request, type Routes, repositoryOf } from './kit.ts';

const newSchema = z.strictObject({
  body: z.string(),
  commit_id: z.string(),
  path: z.string(),
  line: z.int().positive(),
  start_line: z.int().positive().nullish(),
  side: z.literal('RIGHT').default('RIGHT'),
  start_side: z.literal('RIGHT').nullish(),
});
const replySchema = z.strictObject({ body: z.string() });

function viewComment(forge: Forge, { repository, pull }: PlacedPull, comment: ReviewComment) {
  const { id, body, createdAt } = comment;
  return {
    id,
    body,
    created_at: createdAt,
    updated_at: createdAt,
    url: apiUrl(forge, `/repos/${fullName(repository)}/pulls/comments/${id}`),
    html_url: `${forge.site.url}/${fullName(repository)}/pull/${pull.number}#discussion_r${id}`,
    pull_request_url: apiUrl(forge, `/repos/${fullName(repository)}/pulls/${pull.number}`),
  };
}

async function placedPull(forge: Forge, c: Request) {
  const { repository, token } = repositoryOf(forge, c, 'pull_requests', 'write');
  const pull = await findPull(forge, repository, Number(parameter(c, 'number')));
  if (!pull) throw notFound();
  return { token, placed: { repository, pull } };
}

/** Comments at lines of a pull request, and answers to them. */
export function reviewCommentRoutes(forge: Forge, routes: Routes): void {
  routes.post('/repos/:owner/:repo/pulls/:number/comments', async (c) => {
    const { token, placed } = await placedPull(forge, c);
    const { body, commit_id: commit, path, line, start_line: startLine = null } = await bodyOf(c, newSchema);
    const comment = await openThread(forge, token, placed, { body, commit, path, line, startLine });
    return c.json(viewComment(forge, placed, comment), 201);
  });
  routes.post('/repos/:owner/:repo/pulls/:number/comments/:id/replies', async (c) => {
    const { token, placed } = await placedPull(forge, c);
    const { body } = await bodyOf(c, replySchema);
    const comment = await reply(forge, token, placed, { comment: Number(parameter(c, 'id')), body });
    return c.json(viewComment(forge, placed, comment), 201);
  });
}
