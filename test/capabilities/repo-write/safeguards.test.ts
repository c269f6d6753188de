import { describe, expect, test } from 'vitest';
import type { Safeguards } from '#capabilities/repo/safeguards.ts';
import { repoMerge } from '#capabilities/repo-merge/capability.ts';
import { repoWrite } from '#capabilities/repo-write/capability.ts';
import type { Blueprint } from '#shared/blueprints/blueprint.ts';
import { assertInScope } from '#shared/changes/scope.ts';
import { AppError } from '#shared/errors.ts';
import { carryOut, planRestore, propose, writeTools } from '#test/capabilities/drive.ts';
import { FakeRepository } from '#test/fakes/repository.ts';

const npm = { workflow: 'ci.yml', on: 'push' as const, secrets: ['NPM_TOKEN'] };
const commit = { branch: 'deps/a', message: 'm', files: [{ path: 'a', content: 'y' }] };

function repositoryWith(changed: Partial<Safeguards>): FakeRepository {
  const repository = new FakeRepository({ a: 'x' });
  repository.branches.set('deps/a', repository.head('main'));
  repository.safeguards = { ...repository.safeguards, ...changed };
  return repository;
}

const someBlueprint: Omit<Blueprint, 'grants'> = {
  ...{ name: 'one', goal: 'g', agent: 'a', sponsor: 's', listeners: [], digest: '', source: '' },
  review: { by: ['local'], quorum: 1, expiresMs: 1 },
  limits: { writesPerHour: 1, pending: 1, readsPerMinute: 1 },
  log: { arguments: 'digest' },
};

const flagsOf = async (changed: Partial<Safeguards>) =>
  (await propose(repositoryWith(changed), 'commit_files', commit)).description.flags;

describe('flags about where commits go', () => {
  test('there are none where the default branch is held and CI keeps its secrets', async () => {
    expect(await flagsOf({})).toEqual([]);
    // What is only good to have is no reason to stop anybody.
    expect(await flagsOf({ signatures: false, reviews: 0, checks: [] })).toEqual([]);
  });

  test('one names each way in which the default branch can be written', async () => {
    expect(await flagsOf({ pullRequests: false, noDeletion: false })).toEqual([
      {
        code: 'base_unprotected',
        message: 'main, the default branch of acme/web, can be written without a pull request, and can be deleted.',
      },
    ]);
    expect(await flagsOf({ noForcePush: false })).toMatchObject([{ code: 'base_unprotected' }]);
  });

  test('one names the secrets that CI gives to a branch', async () => {
    const target = { workflow: 'label.yml', on: 'pull_request_target' as const, secrets: [] };
    expect(await flagsOf({ ciSecrets: [npm, target] })).toEqual([
      {
        code: 'ci_secrets',
        message:
          'CI of acme/web: ci.yml (on push) gives NPM_TOKEN to what the branch brings; label.yml (on pull_request_target, forks included) gives a token that may write to what the branch brings.',
      },
    ]);
  });

  test('nothing is said of what cannot be seen', async () => {
    expect(await flagsOf({ pullRequests: null, noForcePush: null, noDeletion: null, ciSecrets: null })).toEqual([]);
  });

  test('words and deletions bring no commits and have none', async () => {
    const repository = repositoryWith({ pullRequests: false, ciSecrets: [npm] });
    repository.openPull({ head: 'deps/a', base: 'main' });
    const comment = await propose(repository, 'comment_on_pull_request', { number: 1, body: 'x' });
    expect(comment.description.flags).toEqual([]);
    const deletion = await propose(repository, 'delete_branch', { branch: 'deps/a' });
    expect(deletion.description.flags.map(({ code }) => code)).not.toContain('base_unprotected');
  });

  test('a restore is flagged by what holds the branch when it is planned', async () => {
    const repository = repositoryWith({});
    const done = await carryOut(repository, await propose(repository, 'commit_files', commit));
    repository.safeguards = { ...repository.safeguards, noForcePush: false };
    const planned = await planRestore(repository, done);
    expect('refused' in planned ? planned : planned.description.flags).toMatchObject([{ code: 'base_unprotected' }]);
  });
});

describe('what a blueprint requires', () => {
  const granted = { repositories: ['acme/web'], base: ['main'], branches: ['deps/*'], methods: ['merge'] };
  const denies = (requires: object, found: Partial<Safeguards> | null, capability = repoWrite) => {
    const { base, branches, methods, repositories } = granted;
    const own = capability === repoWrite ? { base, branches } : { base, methods };
    const scope = capability.scope.parse({ repositories, ...own, requires });
    const safeguards = found && repositoryWith(found).safeguards;
    return capability.denies(scope, { want: 'write', repository: 'acme/web', defaultBranch: 'main', safeguards });
  };
  const all = { pull_requests: true, no_force_push: true, no_deletion: true, no_ci_secrets: true, reviews: 1 };

  test('is met by a branch that has it', () => {
    expect(denies(all, {})).toBeNull();
    expect(
      denies({ ...all, signatures: true, checks: ['ci'] }, { signatures: true, checks: ['ci', 'lint'] }),
    ).toBeNull();
    expect(denies({}, { pullRequests: false })).toBeNull();
  });

  const cases: readonly (readonly [requires: object, found: Partial<Safeguards>, lacks: string, remedy: string])[] = [
    [{ pull_requests: true }, { pullRequests: false }, 'wants pull requests', 'Require a pull request before merging'],
    [{ no_force_push: true }, { noForcePush: false }, 'against force pushes', 'Block force pushes'],
    [{ no_deletion: true }, { noDeletion: false }, 'against its deletion', 'Restrict deletions'],
    [{ signatures: true }, {}, 'signed commits', 'Require signed commits'],
    [{ signatures: true }, { signatures: null }, 'cannot be seen', 'Require signed commits'],
    [{ reviews: 2 }, {}, '2 approvals', 'Required approvals: 2'],
    [{ checks: ['countersign'] }, { checks: ['ci'] }, 'the checks countersign', 'Require status checks to pass'],
    [{ no_ci_secrets: true }, { ciSecrets: [npm] }, 'keep secrets', 'after a merge'],
    [{ no_ci_secrets: true }, { ciSecrets: null }, 'cannot be seen', 'after a merge'],
  ];
  test.each(cases)('%j is not met by %j, and says what to switch on', (requires, found, lacks, remedy) => {
    for (const capability of [repoWrite, repoMerge]) {
      const denial = denies(requires, found, capability);
      expect(denial?.denied).toContain(lacks);
      expect(denial?.remedy).toContain(remedy);
    }
  });

  test('is not met by what nobody looked at', () => {
    expect(denies({ pull_requests: true }, null)?.remedy).toBe('Propose it again.');
  });

  test('is told, with what a person can do, even where what is outside is answered as if it were not there', () => {
    const repositories = ['acme/web'];
    const scope = repoWrite.scope.parse({
      repositories,
      base: ['main'],
      branches: ['deps/*'],
      requires: { signatures: true },
    });
    const grants = new Map([['repo-write', { capability: 'repo-write', scope, tools: new Set<string>() }]]);
    const blueprint: Blueprint = { ...someBlueprint, grants };
    const { safeguards } = repositoryWith({});
    const ask = { want: 'write' as const, repository: 'acme/web', defaultBranch: 'main', safeguards };
    const instead = new AppError('not_found', 'There is no pull request 1 in acme/web.');
    const assert = (branch: string) => assertInScope(blueprint, repoWrite, [{ ...ask, branch, base: 'main' }], instead);
    expect(() => assert('main')).toThrow(instead);
    expect(() => assert('deps/a')).toThrow(
      expect.objectContaining({ code: 'not_permitted', next: expect.stringContaining('"Require signed commits"') }),
    );
  });

  test('comes after what is outside: it may be told where that must not be', () => {
    const scope = repoWrite.scope.parse({
      repositories: ['acme/web'],
      branches: ['deps/*'],
      requires: { signatures: true },
    });
    const { safeguards } = repositoryWith({});
    const ask = { want: 'write' as const, repository: 'acme/web', branch: 'main', safeguards };
    expect(repoWrite.denies(scope, ask)?.remedy).toBeUndefined();
  });

  test('is of a closed vocabulary', () => {
    const wrong = [{ pull_request: true }, { signatures: false }, { reviews: 0 }, { checks: [] }];
    for (const requires of wrong) {
      expect(repoWrite.scope.safeParse({ repositories: ['a/b'], branches: ['x'], requires }).success).toBe(false);
    }
  });
});

describe('before it is carried out', () => {
  const still = async (now: Partial<Safeguards>, was: Partial<Safeguards> = {}) => {
    const repository = repositoryWith(was);
    const { plan, before } = await propose(repository, 'commit_files', commit);
    repository.safeguards = { ...repository.safeguards, ...now };
    return writeTools.commit_files.still(plan, before, repository.reader());
  };

  test('a branch that is held by as much or by more is no reason to stop', async () => {
    expect(await still({})).toBe('holds');
    expect(await still({ signatures: true, reviews: 2, checks: ['ci'] })).toBe('holds');
    expect(await still({ ciSecrets: [] }, { ciSecrets: [npm] })).toBe('holds');
    expect(await still({ pullRequests: null, reviews: null })).toBe('holds');
  });

  const worse: readonly (readonly [now: Partial<Safeguards>, was: Partial<Safeguards>, says: string])[] = [
    [{ pullRequests: false }, {}, 'lost a rule that wants pull requests'],
    [{ noForcePush: false, noDeletion: false }, {}, 'force pushes, and lost'],
    [{ signatures: false }, { signatures: true }, 'signed commits'],
    [{ reviews: 1 }, { reviews: 2 }, '2 approvals'],
    [{ checks: [] }, { checks: ['ci'] }, 'the checks ci'],
    [{ ciSecrets: [npm] }, {}, 'more secrets'],
    [{ ciSecrets: [{ ...npm, secrets: ['NPM_TOKEN', 'AWS'] }] }, { ciSecrets: [npm] }, 'more secrets'],
  ];
  test.each(worse)('%j after %j makes it stale', async (now, was, says) => {
    expect(await still(now, was)).toMatchObject({ stale: expect.stringContaining(says) });
  });

  test('what was proposed before anybody looked is held against nothing', async () => {
    const repository = repositoryWith({ pullRequests: false });
    const { plan, before } = await propose(repository, 'commit_files', commit);
    const { safeguards: _none, ...old } = (before as { repository: { safeguards: unknown } }).repository;
    const state = { ...(before as object), repository: old };
    expect(await writeTools.commit_files.still(plan, state, repository.reader())).toBe('holds');
  });

  test('a repository that was proposed for by its former name is looked at under its own', async () => {
    const repository = repositoryWith({ pullRequests: false });
    repository.formerName = 'acme/old';
    const { description } = await propose(repository, 'commit_files', { ...commit, repository: 'acme/old' });
    expect(description.flags).toMatchObject([{ code: 'base_unprotected' }]);
  });
});
