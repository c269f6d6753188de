import type { TicketTarget } from '#capabilities/ticket/types.ts';
import type { TicketWrite, TicketWriter, Written } from '#capabilities/ticket-write/ports.ts';
import { redeemPermit, type WriterDoor } from '#shared/changes/permit.ts';
import type { AppClient } from '#shared/github/app.ts';
import type { Endpoints } from '#shared/github/endpoints.ts';
import { noToken, notDone, writeError } from '#shared/github/errors.ts';
import { fetchWithin } from '#shared/github/fetch.ts';
import { graphqlOver } from '#shared/github/graphql.ts';
import { repositoryName } from '#shared/github/names.ts';
import { mintToken, type Token } from '#shared/github/tokens.ts';
import type { WithinLimits } from '#shared/http/limits.ts';
import type { Pace } from '#shared/http/pace.ts';
import type { Mark } from '#shared/tools/index.ts';
import { assertWithin } from '../within.ts';
import { writePermissions } from './permissions.ts';
import type { Repositories } from './repositories.ts';
import { addComment, editComment } from './write/comment.ts';
import { createIssue, updateIssue } from './write/fields.ts';
import { writeLink } from './write/link.ts';
import { moveIssue } from './write/move.ts';
import { refused, type Writing } from './write/writing.ts';

type DoorOptions = {
  readonly endpoints: Endpoints;
  readonly app: AppClient;
  readonly userAgent: string;
  readonly repositories: Repositories;
  readonly withinLimits: WithinLimits;
  readonly pace: Pace;
  /** Never rejects. */
  readonly revoke: (token: Token) => Promise<void>;
  readonly timeoutMs: number;
};

/** A hundred issues with their texts. Bytes. */
const maxBytes = 16 * 1024 * 1024;

/**
 * The door that the executor is given. Each permit gets a writer with a token of its own, which can write the issues of
 * the permit's one repository and nothing else, and is revoked when the change is done.
 */
export function githubIssuesDoor(options: DoorOptions): WriterDoor<TicketWriter, TicketTarget> {
  const open = new Map<string, Token[]>();
  return {
    open: async (permit) => {
      const redeemed = redeemPermit(permit);
      const { changeId, target } = redeemed;
      const token = await tokenFor(options.app, target);
      open.set(changeId, [...(open.get(changeId) ?? []), token]);
      const writing = await writingWith(options, target, token);
      return {
        write: async (wanted, mark) => {
          const isOpen = open.get(changeId)?.includes(token) === true;
          if (!isOpen) throw notDone('refused', new Error('the writer was closed'));
          assertWithin(redeemed, wanted, mark);
          return write(writing, wanted, mark);
        },
      };
    },
    done: async (changeId) => {
      const tokens = open.get(changeId) ?? [];
      open.delete(changeId);
      await Promise.all(tokens.map(options.revoke));
    },
  };
}

async function tokenFor(app: AppClient, { project, projectId }: TicketTarget): Promise<Token> {
  try {
    const installationId = await app.installationOf(repositoryName(project));
    const repositories = { ids: [Number(projectId)] };
    return await mintToken(app, { installationId, repositories, permissions: writePermissions });
  } catch (error) {
    throw noToken(error);
  }
}

async function writingWith(options: DoorOptions, { projectId }: TicketTarget, token: Token): Promise<Writing> {
  const { endpoints, userAgent, repositories, withinLimits, pace, timeoutMs } = options;
  const at = await repositories.byId(Number(projectId)).catch((error: unknown) => {
    throw noToken(error);
  });
  if (at === null) throw notDone('refused', new Error('the repository is not seen'));
  if (!at.hasIssues) throw refused(`Issues are switched off in ${at.project.key}.`);
  if (at.archived) throw refused(`${at.project.key} is archived.`);
  const limits = { origin: endpoints.origin, userAgent, timeoutMs, maxBytes } as const;
  const reading = withinLimits(token.subject, fetchWithin({ ...limits, redirects: 'give_back', token: token.secret }));
  const writing = withinLimits(token.subject, fetchWithin({ ...limits, redirects: 'refuse', token: token.secret }));
  return {
    ...{ endpoints, at, repositories, via: { endpoints, fetch: reading }, graphql: graphqlOver(endpoints, reading) },
    changing: () => {
      try {
        pace(token.subject);
      } catch (error) {
        throw writeError(error, '');
      }
      return { graphql: graphqlOver(endpoints, writing), via: { endpoints, fetch: writing } };
    },
  };
}

function write(writing: Writing, wanted: TicketWrite, mark: Mark): Promise<Written> {
  switch (wanted.kind) {
    case 'create':
      return createIssue(writing, wanted, mark);
    case 'update':
      return updateIssue(writing, wanted);
    case 'transition':
      return moveIssue(writing, wanted);
    case 'comment':
      return addComment(writing, wanted, mark);
    case 'edit_comment':
      return editComment(writing, wanted);
    case 'link':
    case 'unlink':
      return writeLink(writing, wanted);
    case 'archive':
    case 'unarchive':
      throw refused('Issues of GitHub cannot be archived.');
  }
}
