import * as z from 'zod';
import { audience, fileState } from '#shared/tools/index.ts';
import { type Safeguards, safeguards } from './safeguards.ts';
import { standing } from './standing.ts';

/** A full object id of git (SHA-1 repositories). */
export const oid = z.string().regex(/^[0-9a-f]{40}$/);

/** A repository by its immutable id, with the name it had when it was looked up. */
export const repositoryRef = z.strictObject({
  id: z.number().int().positive(),
  nodeId: z.string(),
  /** `owner/name`, as the backend spells it. */
  name: z.string(),
  defaultBranch: z.string(),
  /** Who can read it; absent from what was kept before it was asked for. */
  visibility: audience.exactOptional(),
  /** What holds its default branch; absent from what was kept before it was asked for. */
  safeguards: safeguards.exactOptional(),
});
export type RepositoryRef = z.infer<typeof repositoryRef>;

/** What a write to a repository is narrowed to. */
export type RepoTarget = { readonly repositoryId: number; readonly repository: string };

/** `rebase` puts the commits of the pull request on its base anew, each by itself. */
export const mergeMethod = z.enum(['merge', 'squash', 'rebase']);
export type MergeMethod = z.infer<typeof mergeMethod>;

/** What a scope of a repository capability is asked: one aspect of one call at a time. */
export type RepoAsk = {
  readonly want: 'read' | 'write';
  /** `owner/name`. */
  readonly repository: string;
  /** The branch a pull request goes to. */
  readonly base?: string;
  /** The branch that is written. */
  readonly branch?: string;
  /** The repository's default branch, once the backend has told it. */
  readonly defaultBranch?: string;
  /** What was found to hold the default branch, where a scope may require it; null when nobody looked. */
  readonly safeguards?: Safeguards | null;
  /** How a pull request is merged. */
  readonly method?: MergeMethod;
  readonly path?: string;
  /** A folder that is listed ('' is the root): covered when something below it may be. */
  readonly folder?: string;
  /** Whose review is asked for: a login, or `team:SLUG`. */
  readonly reviewer?: string;
  /** What reviewers said at the lines of `path`, or of any file. */
  readonly thread?: true;
  /** That it can show what is in any file of the repository. */
  readonly whole?: true;
  /** How many files one change writes. */
  readonly files?: number;
  /** How many bytes of new content one change writes. */
  readonly bytes?: number;
};

export const pullRequest = z.strictObject({
  number: z.number().int().positive(),
  nodeId: z.string(),
  url: z.string(),
  title: z.string(),
  body: z.string(),
  state: z.enum(['open', 'closed', 'merged']),
  draft: z.boolean(),
  head: z.string(),
  headOid: oid,
  base: z.string(),
  author: z.string().nullable(),
  /** What its author is to the repository; absent where nobody says. */
  standing: standing.exactOptional(),
  /** Whether only collaborators may still comment; absent from what was kept before it was asked for. */
  locked: z.boolean().exactOptional(),
});
export type PullRequest = z.infer<typeof pullRequest>;

/** A comment in the conversation of a pull request. */
export const pullRequestComment = z.strictObject({
  nodeId: z.string(),
  url: z.string(),
  body: z.string(),
  author: z.string().nullable(),
  /** Who changed it last; null while nobody has, or nobody knows. */
  editor: z.string().nullable(),
});
export type PullRequestComment = z.infer<typeof pullRequestComment>;

/** A conversation at a line of a pull request by what names it: its id, the file, and the line if that is still there. */
export const threadName = z.strictObject({ nodeId: z.string(), path: z.string(), line: z.number().int().nullable() });

/** A conversation at a line, as a change that answers in it or settles it needs it. */
export const threadState = threadName.extend({
  resolved: z.boolean(),
  /** What it began with. */
  begins: z.strictObject({ author: z.string().nullable(), body: z.string() }),
});
export type ThreadState = z.infer<typeof threadState>;

/** A file as it is at one commit: its state, and git's id of its blob. */
export const foundFile = z.strictObject({ oid, ...fileState.shape });
export type FoundFile = z.infer<typeof foundFile>;

/** The state of what a change to a branch touches, before or after. */
export const repoState = z.strictObject({
  repository: repositoryRef,
  /** The branch that the work starts from, or goes to; null where a tool has none. */
  base: z.strictObject({ name: z.string(), oid }).nullable(),
  /** The branch that is written; `oid` is null while it does not exist. */
  branch: z.strictObject({ name: z.string(), oid: oid.nullable() }),
  /** Every path that is written, at the branch's head (at the base's while there is no branch). */
  files: z.array(
    z.strictObject({
      path: z.string(),
      file: foundFile.nullable(),
      /** The commit of others that changed it last, where it is not as the change left it. */
      changedBy: z.strictObject({ oid, author: z.string().nullable() }).optional(),
    }),
  ),
  /** Of these paths, those that cannot be a file now: a folder is there, or a folder above is a file. */
  blocked: z.array(z.string()),
  /** Of these paths, those that the attributes of the repository give to Git LFS; absent where there are none. */
  lfs: z.array(z.string()).exactOptional(),
  /** The commit that the change made; null while it has made none. */
  ours: oid.nullable(),
  /** The commits that others put on the branch after what the change left there, newest first; the newest few. */
  later: z.array(z.strictObject({ oid, author: z.string().nullable() })),
  pullRequest: pullRequest.nullable(),
  /** The newest pull requests from the branch that is written, where a tool asks for them. */
  pullRequests: z.array(pullRequest.pick({ nodeId: true, state: true })).exactOptional(),
  /** The files that the branch changed since it left its base, and those that are written; where a tool shows the sum. */
  sinceBase: z
    .strictObject({
      base: z.string(),
      /** Where they parted; null when they have no common past. */
      mergeBase: oid.nullable(),
      files: z.array(z.strictObject({ path: z.string(), before: foundFile.nullable(), now: foundFile.nullable() })),
      /** How many more files there are. */
      leftOut: z.number().int().nonnegative(),
      /** Whether there may be more than that. */
      cut: z.boolean(),
    })
    .exactOptional(),
});
export type RepoState = z.infer<typeof repoState>;
