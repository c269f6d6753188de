import type { Context, Fields } from '../field.ts';
import { nodeSource, repositoryNamed, repositorySource } from '../sources.ts';

export const queryFields: Fields = {
  Query: {
    repository: (_: unknown, args: { owner: string; name: string }, context: Context) =>
      repositorySource(repositoryNamed(context, args.owner, args.name)),
    node: (_: unknown, args: { id: string }, context: Context) => nodeSource(context, args.id),
    nodes: (_: unknown, args: { ids: string[] }, context: Context) => args.ids.map((id) => nodeSource(context, id)),
  },
};
