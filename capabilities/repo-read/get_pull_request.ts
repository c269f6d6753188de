import * as z from 'zod';
import { withoutMarkComment } from '#capabilities/repo/mark-comment.ts';
import { isStranger } from '#capabilities/repo/standing.ts';
import { untrusted, untrustedNote } from '#capabilities/repo/untrusted.ts';
import { pullRequestAt, pullRequestNumber } from './pull-request-at.ts';
import { pullRequestView, viewOf } from './pull-request-view.ts';
import { sliceLines } from './slice.ts';
import { readTool, repositoryInput } from './tool.ts';

const bodyBytes = 8_000;

export const getPullRequest = readTool({
  name: 'get_pull_request',
  title: 'Get a pull request',
  description: `Shows a pull request: its text, state, branches and head commit. ${untrustedNote}`,
  input: z.strictObject({
    repository: repositoryInput,
    number: pullRequestNumber,
  }),
  output: z.strictObject({
    repository: z.string(),
    ...pullRequestView.shape,
    body: z.string(),
    body_truncated: z.boolean(),
    untrusted: untrusted(['title', 'body', 'head', 'base']),
  }),
  asks: ({ repository }) => [{ want: 'read', repository }],
  read: async (input, reader, may) => {
    const { repository } = input;
    const found = await pullRequestAt(reader, input, may);
    const body = sliceLines(withoutMarkComment(found.body), {
      startLine: 1,
      startColumn: 1,
      endLine: Number.MAX_SAFE_INTEGER,
      maxBytes: bodyBytes,
    });
    return {
      repository,
      ...viewOf(found),
      body: body.content,
      body_truncated: body.next !== null,
      untrusted: ['title', 'body', 'head', 'base'],
    };
  },
  byStrangers: ({ standing }) => isStranger(standing),
});
