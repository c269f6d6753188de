import { repoWrite } from '#capabilities/repo-write/capability.ts';
import { pushCommits } from '#capabilities/repo-write/push_commits.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { type Proposed, propose } from '#shared/changes/propose.ts';
import { assertInScope } from '#shared/changes/scope.ts';
import type { JsonObject } from '#shared/tools/index.ts';
import type { MirroredRepository, OpenMirror } from '../mirrors.ts';
import { analysePush } from './analyse.ts';
import type { PushRequest } from './commands.ts';
import type { PushDoor } from './door.ts';
import { fetchableFrom } from './fetchable.ts';
import { pushLimits } from './limits.ts';
import { type PushOptions, parseOptions } from './options.ts';
import { argumentsInView, waitingPush } from './pending.ts';
import { type PushTarget, targetOf } from './target.ts';

type Push = {
  readonly request: PushRequest;
  readonly blueprint: Blueprint;
  readonly repository: MirroredRepository;
  readonly mirror: OpenMirror;
  readonly signal: AbortSignal;
};

/** What became of a push, and what git prints of it. */
export type Taken = { readonly changeId: string; readonly messages: readonly string[] };

/** Proposes what is pushed. Throws AppError. */
export async function takePush(door: PushDoor, push: Push): Promise<Taken> {
  const { request, blueprint, mirror } = push;
  const target = targetOf(request, mirror.refs);
  const options = parseOptions(request.options);
  const repository = `${push.repository.name.owner}/${push.repository.name.name}`;
  // What is outside for the name of its branch is not looked at any further.
  assertInScope(blueprint, repoWrite, [{ want: 'write', repository, branch: target.branch, ...baseOf(options) }]);
  const args = { repository, ...(await describePush(door, push, { target, options })) };
  const { context } = door;
  const owner = { agent: blueprint.agent, blueprint: blueprint.name };
  const at = { server: context.server, repositoryId: push.repository.id, branch: target.branch };
  const waiting = await waitingPush(context.ledger.db, owner, at);
  const asked = argumentsInView(args, waiting);
  const asks = [{ want: 'write', repository, branch: target.branch }];
  const proposed = await door.guarded({ name: pushCommits.name, args: asked, asks }, (current) =>
    propose(context, current, { tool: pushCommits, capability: repoWrite }, asked),
  );
  const replaced = waiting !== null && waiting.id !== proposed.changeId ? waiting.id : null;
  return { changeId: proposed.changeId, messages: messagesOf(door, { proposed, replaced, target }) };
}

const baseOf = ({ pullRequest, base }: PushOptions) => (pullRequest && base !== undefined ? { base } : {});

async function describePush(
  { service: { git } }: PushDoor,
  { request, mirror, signal }: Push,
  { target, options }: { readonly target: PushTarget; readonly options: PushOptions },
): Promise<JsonObject> {
  const { refs, dir } = mirror;
  const { branch, from, to } = target;
  const fetchable = fetchableFrom({ git, dir, signal, mostBytes: pushLimits.inflated });
  const base = options.base === undefined ? refs.head : `refs/heads/${options.base}`;
  const guess = refs.ids.get(base) ?? null;
  const { parent, tree, commits } = await analysePush({ pack: request.pack, from, to, guess, fetchable });
  const {
    pullRequest,
    reason = `git push of ${commits.length} commit${commits.length === 1 ? '' : 's'} to ${branch}`,
  } = options;
  return {
    ...{ branch, expected_head: from, parent, parent_tree: tree, commits, reason },
    ...(options.base === undefined ? {} : { base: options.base }),
    ...(pullRequest === null ? {} : { pull_request: pullRequest }),
  };
}

function messagesOf(
  { reviewUrl }: PushDoor,
  about: { readonly proposed: Proposed; readonly replaced: string | null; readonly target: PushTarget },
): readonly string[] {
  const { proposed, replaced, target } = about;
  const { changeId, status } = proposed;
  const url = `${reviewUrl}/changes/${changeId}`;
  const waits = status === 'pending' ? 'waits for approval' : `is ${status}`;
  return [
    `change ${changeId} ${waits}: ${url}`,
    ...(replaced === null ? [] : [`It takes the place of ${replaced}, which can no longer be approved.`]),
    `Until it is applied ${target.branch} stays where it is; wait_for_change tells when.`,
    `Then run: git pull --rebase origin ${target.branch}   (your commits come back signed, under other ids)`,
  ];
}
