import * as z from 'zod';
import { cursorInput, fittedPage } from '#capabilities/common/fit.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { locate } from './locate.ts';
import { toldOfRepository } from './told.ts';
import { asksRepository, readTool, repositoryInput } from './tool.ts';

export const listBranches = readTool({
  name: 'list_branches',
  title: 'List branches',
  description: `Lists the branches of a repository with the commit each is at. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    query: z.string().min(1).max(200).optional().describe('Only branches whose name contains this.'),
    limit: z.number().int().min(1).max(100).default(50).describe('How many at most; 50 unless given.'),
    cursor: cursorInput,
  }),
  output: z.strictObject({
    repository: z.string(),
    default_branch: z.string(),
    branches: z.array(z.strictObject({ name: z.string(), commit: z.string() })),
    next_cursor: z.string().nullable(),
    untrusted: untrusted(['branches[].name']),
  }),
  asks: asksRepository,
  read: async (input, reader, may) => {
    const repository = await locate(reader, input.repository, may);
    const page = await fittedPage(
      input,
      (request) => reader.branches(repository.name, { ...request, query: input.query }),
      ({ name, oid }) =>
        may({ want: 'read', repository: repository.name, branch: name }) ? { name, commit: oid } : null,
    );
    const shown = {
      repository: repository.name,
      default_branch: repository.defaultBranch,
      branches: page.items,
      next_cursor: page.next_cursor,
      untrusted: ['branches[].name' as const],
    };
    return telling(shown, toldOfRepository({ repository: repository.name, id: repository.id }));
  },
  told: toldIn,
});
