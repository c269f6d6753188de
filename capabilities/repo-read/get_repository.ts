import * as z from 'zod';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { shorten } from '#capabilities/common/text.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { locate } from './locate.ts';
import { toldOfRepository } from './told.ts';
import { asksRepository, readTool, repositoryInput } from './tool.ts';

export const getRepository = readTool({
  name: 'get_repository',
  title: 'Get a repository',
  description: `Shows a repository: its default branch, whether it is private or archived, its description. ${untrustedNote}`,
  input: z.strictObject({ repository: repositoryInput }),
  output: z.strictObject({
    repository: z.string(),
    default_branch: z.string(),
    private: z.boolean(),
    archived: z.boolean(),
    url: z.string(),
    description: z.string().nullable(),
    untrusted: untrusted(['description']),
  }),
  asks: asksRepository,
  read: async (input, reader, may) => {
    const found = await locate(reader, input.repository, may);
    const shown = {
      repository: found.name,
      default_branch: found.defaultBranch,
      private: found.private,
      archived: found.archived,
      url: found.url,
      description: found.description === null ? null : shorten(found.description, 1000),
      untrusted: ['description' as const],
    };
    return telling(shown, toldOfRepository({ repository: found.name, id: found.id }));
  },
  told: toldIn,
});
