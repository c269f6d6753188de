import { z } from 'zod';
import { requireInstallation } from '../access.ts';
import type { Forge } from '../forge.ts';
import { bodyOf, callerOf, type Routes } from '../rest/kit.ts';
import { executeRequest } from './execute.ts';

const requestSchema = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Answers with status 200 and `errors` for everything but a bad credential or a body that is no GraphQL request. */
export function graphqlRoutes(forge: Forge, routes: Routes): void {
  routes.post('/api/graphql', async (c) => {
    const token = requireInstallation(callerOf(c));
    const request = await bodyOf(c, requestSchema);
    const touched = new Set<string>();
    const answer = await executeRequest({ forge, token, touched }, request);
    c.set('repository', [...touched].join(' ') || undefined);
    return c.json(answer);
  });
}
