import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';

/** One mutation: its document has the one variable `$input` and one root field, so that its answer is about it alone. */
export type Mutation<T> = { readonly name: string; readonly document: string; readonly answer: z.ZodType<T> };

function mutation<T>(name: string, selection: string, answer: z.ZodType<T>): Mutation<T> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input!`;
  return { name, document: `mutation ($input: ${type}) { ${name}(input: $input) { ${selection} } }`, answer };
}

export const createRef = mutation(
  'createRef',
  'ref { target { oid } }',
  z.object({ ref: z.object({ target: z.object({ oid }) }) }),
);

/** Never creates a branch; refuses when the head is not the expected one. GitHub signs the commit. */
export const createCommitOnBranch = mutation(
  'createCommitOnBranch',
  'commit { oid url signature { isValid state } }',
  z.object({
    commit: z.object({
      oid,
      url: z.string(),
      signature: z.object({ isValid: z.boolean(), state: z.string() }).nullish().catch(null),
    }),
  }),
);

export const createPullRequest = mutation(
  'createPullRequest',
  'pullRequest { number id url }',
  z.object({ pullRequest: z.object({ number: z.number().int().positive(), id: z.string(), url: z.string() }) }),
);

export const closePullRequest = mutation(
  'closePullRequest',
  'pullRequest { state }',
  z.object({ pullRequest: z.object({ state: z.enum(['CLOSED', 'MERGED']) }) }),
);

export const reopenPullRequest = mutation(
  'reopenPullRequest',
  'pullRequest { state }',
  z.object({ pullRequest: z.object({ state: z.literal('OPEN') }) }),
);

const changed = (name: string) =>
  mutation(name, 'pullRequest { id }', z.object({ pullRequest: z.object({ id: z.string() }) }));

export const updatePullRequest = changed('updatePullRequest');
/** Both want `contents: write` too: https://github.com/cli/cli/discussions/6924 */
export const convertPullRequestToDraft = changed('convertPullRequestToDraft');
export const markPullRequestReadyForReview = changed('markPullRequestReadyForReview');

/** What it made is read with it: the merge has happened where it says that it is merged. */
export const mergePullRequest = mutation(
  'mergePullRequest',
  'pullRequest { state mergeCommit { oid url signature { isValid state } } }',
  z.object({
    pullRequest: z.object({
      state: z.literal('MERGED'),
      mergeCommit: z.object({
        oid,
        url: z.string(),
        signature: z.object({ isValid: z.boolean(), state: z.string() }).nullish().catch(null),
      }),
    }),
  }),
);

const headSelection =
  'headRef { target { ... on Commit { oid url signature { isValid } parents(first: 3) { nodes { oid } } } } }';

/** The head of a pull request's branch, with what it was made of. */
export const headCommit = z.object({
  headRef: z.object({
    target: z.object({
      oid,
      url: z.string(),
      signature: z.object({ isValid: z.boolean() }).nullish().catch(null),
      parents: z.object({ nodes: z.array(z.object({ oid })) }),
    }),
  }),
});

export const headDocument = `query ($id: ID!) { node(id: $id) { ... on PullRequest { ${headSelection} } } }`;

/** GitHub may merge only after it has answered: the head that comes along can still be the old one. */
export const updatePullRequestBranch = mutation(
  'updatePullRequestBranch',
  `pullRequest { ${headSelection} }`,
  z.object({ pullRequest: headCommit.nullish().catch(null) }),
);

export const revertPullRequest = mutation(
  'revertPullRequest',
  'revertPullRequest { number id url }',
  z.object({ revertPullRequest: z.object({ number: z.number().int().positive(), id: z.string(), url: z.string() }) }),
);

export const addComment = mutation(
  'addComment',
  'commentEdge { node { id url } }',
  z.object({ commentEdge: z.object({ node: z.object({ id: z.string(), url: z.string() }) }) }),
);

/** Without a pending review, of which an App has none, it is there at once. */
export const addPullRequestReviewThreadReply = mutation(
  'addPullRequestReviewThreadReply',
  'comment { id url }',
  z.object({ comment: z.object({ id: z.string(), url: z.string() }) }),
);

const settled = (name: string, isResolved: boolean) =>
  mutation(name, 'thread { isResolved }', z.object({ thread: z.object({ isResolved: z.literal(isResolved) }) }));

/** Both want `contents: write` too: https://github.com/orgs/community/discussions/44650 */
export const resolveReviewThread = settled('resolveReviewThread', true);
export const unresolveReviewThread = settled('unresolveReviewThread', false);

export const deletePullRequestReviewComment = mutation(
  'deletePullRequestReviewComment',
  'clientMutationId',
  z.object({ clientMutationId: z.string() }),
);

/** Has no field of its own but the id that was sent along. */
export const deleteIssueComment = mutation(
  'deleteIssueComment',
  'clientMutationId',
  z.object({ clientMutationId: z.string() }),
);

/** Has no field of its own but the id that was sent along. */
export const updateRefs = mutation('updateRefs', 'clientMutationId', z.object({ clientMutationId: z.string() }));
