import { createHash } from 'node:crypto';
import type { Page, PageRequest } from '#capabilities/common/page.ts';
import type { Safeguards } from '#capabilities/repo/safeguards.ts';
import type { PullRequest, PullRequestComment, RepositoryRef, ThreadState } from '#capabilities/repo/types.ts';
import type {
  Check,
  Commit,
  DatedCommit,
  FileAt,
  FileDiff,
  FoundCode,
  Job,
  PullRequestReview,
  RepoReader,
  Repository,
  ReviewThread,
  TreeEntry,
} from '#capabilities/repo-read/ports.ts';
import type { PullRequestFields, RepoWriter, TreeChange } from '#capabilities/repo-write/ports.ts';
import { AppError } from '#shared/errors.ts';
import { type BackendReview, NotDone } from '#shared/tools/index.ts';

export type FakeFile = { readonly mode: string; readonly bytes: Uint8Array };
export type FakeTree = ReadonlyMap<string, FakeFile>;
type FakeCommit = Commit & { readonly tree: FakeTree };

/** What somebody else does to the repository: files to set (null deletes), as text, bytes or with a mode. */
export type Edits = { readonly [path: string]: string | Uint8Array | FakeFile | null };

/** A comment on a pull request; `thread` where it stands at a line. */
type Said = PullRequestComment & { readonly number: number; readonly thread?: string };

/** A repository in memory that behaves: commits, trees, branches with compare-and-set, pull requests. */
export class FakeRepository {
  readonly ref: RepositoryRef;
  readonly ownLogin = 'countersign[bot]';
  /** Every call to the reader, by method. */
  readonly reads: string[] = [];
  readonly commits = new Map<string, FakeCommit>();
  readonly branches = new Map<string, string>();
  /** What reviewers said at lines of pull requests. */
  readonly threads = new Map<number, readonly ReviewThread[]>();
  /** Jobs of CI by their number, and what they wrote. */
  readonly jobs = new Map<number, Job & { readonly log: string | null }>();
  /** What CI says of commits. */
  readonly ci = new Map<string, readonly Check[]>();
  /** The diffs of pull requests, as somebody says: they are not worked out here. */
  readonly diffs = new Map<number, readonly FileDiff[]>();
  readonly pulls = new Map<number, PullRequest>();
  /** What reviewers last said of pull requests. */
  readonly reviews = new Map<number, readonly BackendReview[]>();
  readonly saidReviews = new Map<number, readonly PullRequestReview[]>();
  /** What merging pull requests made. */
  readonly merges = new Map<number, { readonly oid: string; readonly by: string | null }>();
  /** Whether open pull requests go together with their bases. */
  #mergeable: boolean | null = true;
  /** The comments of every pull request, in order of their last change. */
  readonly said: Said[] = [];
  /** Whose reviews of pull requests are asked for. */
  readonly requested = new Map<number, readonly string[]>();
  /** Logins of nobody who takes part. */
  readonly strangers = new Set<string>();
  /** Every review of a pull request, as far as it counts for who is asked. */
  readonly reviewed: { readonly number: number; readonly id: string; readonly by: string }[] = [];
  /** Conversations at lines, each alone; what was said in them is among `said`. */
  readonly conversations = new Map<string, ThreadState & { readonly number: number }>();
  /** Where a base branch moves to between the look at it and the merge; nowhere unless given. */
  movesInBetween: string | null = null;
  /** Why no branch may be brought up to date. */
  refuses: string | null = null;
  #comments = 0;
  /** The name that still leads here after a rename. */
  formerName: string | null = null;
  /** Whether the commits that are made here come out signed. */
  signs = true;
  id = 4711;
  /** What holds the default branch. */
  safeguards: Safeguards = {
    ...{ pullRequests: true, noForcePush: true, noDeletion: true, signatures: false },
    ...{ reviews: 1, checks: [], ciSecrets: [] },
  };
  visibility: NonNullable<RepositoryRef['visibility']> = 'private';
  #name = 'acme/web';

  constructor(files: Edits, defaultBranch = 'main') {
    this.ref = { id: this.id, nodeId: 'R_4711', name: this.#name, defaultBranch };
    this.branches.set(defaultBranch, this.#commit({ parents: [], tree: changed(new Map(), files), author: 'alice' }));
  }

  /** Someone pushes a commit to a branch. */
  push(branch: string, edits: Edits, by: { author?: string; message?: string; verified?: boolean } = {}): string {
    const parent = this.head(branch);
    const oid = this.#commit({ parents: [parent], tree: changed(this.treeAt(parent), edits), author: 'bob', ...by });
    this.branches.set(branch, oid);
    return oid;
  }

  rename(name: string): void {
    this.formerName = this.#name;
    this.#name = name;
  }

  head(branch: string): string {
    const oid = this.branches.get(branch);
    if (oid === undefined) throw new Error(`no branch ${branch}`);
    return oid;
  }

  treeAt(commit: string): FakeTree {
    const found = this.commits.get(commit);
    if (found === undefined) throw new Error(`no commit ${commit}`);
    return found.tree;
  }

  tree(branch: string): FakeTree {
    return this.treeAt(this.head(branch));
  }

  /** Text files of a branch by path, for comparing. */
  texts(branch: string): Record<string, string> {
    const entries = [...this.tree(branch)].map(([path, { bytes }]) => [path, Buffer.from(bytes).toString('latin1')]);
    return Object.fromEntries(entries.sort());
  }

  openPull(pull: Partial<PullRequest> & { head: string; base: string }): PullRequest {
    const number = this.pulls.size + 1;
    const opened: PullRequest = {
      number,
      nodeId: `PR_${number}`,
      url: `https://git.example/${this.#name}/pull/${number}`,
      title: 'A title',
      body: '',
      state: 'open',
      draft: false,
      headOid: this.branches.get(pull.head) ?? '0'.repeat(40),
      author: 'bob',
      ...pull,
    };
    this.pulls.set(number, opened);
    return opened;
  }

  /** Somebody finds out whether open pull requests go together with their bases. */
  tryMerging(mergeable: boolean | null): void {
    this.#mergeable = mergeable;
  }

  turnPull(number: number, state: PullRequest['state']): void {
    const pull = this.pulls.get(number);
    if (pull === undefined) throw new Error(`no pull request ${number}`);
    this.pulls.set(number, { ...pull, state });
  }

  /** Somebody changes a pull request. */
  editPull(number: number, edit: Partial<PullRequest>): void {
    this.pulls.set(number, { ...this.pull(number), ...edit });
  }

  pull(number: number): PullRequest {
    const found = this.pulls.get(number);
    if (found === undefined) throw new Error(`no pull request ${number}`);
    return found;
  }

  /** Somebody comments on a pull request. */
  say(number: number, body: string, author = 'bob', thread?: string): PullRequestComment {
    const id = ++this.#comments;
    const url = `${this.pull(number).url}#issuecomment-${id}`;
    const comment = { number, nodeId: `IC_${id}`, url, body, author, editor: null };
    this.said.push({ ...comment, ...(thread !== undefined && { thread }) });
    return comment;
  }

  /** Somebody asks for reviews, or no longer. */
  ask(number: number, reviewers: readonly string[], asks: boolean): void {
    const asked = this.requested.get(number) ?? [];
    if (reviewers.some((each) => asked.includes(each) === asks)) throw new NotDone('stale', 'Asked, or not.');
    this.requested.set(number, asks ? [...asked, ...reviewers] : asked.filter((each) => !reviewers.includes(each)));
  }

  /** Somebody reviews a pull request, and is asked no longer. */
  review(number: number, by: string): void {
    this.reviewed.push({ number, id: `PRR_${this.reviewed.length + 1}`, by });
    this.requested.set(
      number,
      (this.requested.get(number) ?? []).filter((each) => each !== by),
    );
  }

  /** Somebody begins a conversation at a line. */
  discuss(number: number, about: { path: string; line?: number; body?: string; author?: string }): ThreadState {
    const { path, line = 1, body = 'Why so?', author = 'bob' } = about;
    const nodeId = `PRRT_${this.conversations.size + 1}`;
    const thread = { nodeId, path, line, resolved: false, begins: { author, body } };
    this.conversations.set(nodeId, { ...thread, number });
    this.say(number, body, author, nodeId);
    return thread;
  }

  /** Somebody settles a conversation at a line, or opens it again. */
  settle(nodeId: string, resolved: boolean): void {
    const found = this.conversations.get(nodeId);
    if (found === undefined || found.resolved === resolved) throw new NotDone('stale', 'The thread is another.');
    this.conversations.set(nodeId, { ...found, resolved });
  }

  /** Somebody changes a comment; null deletes it. */
  reword(nodeId: string, body: string | null, editor = 'bob'): void {
    const at = this.said.findIndex((each) => each.nodeId === nodeId);
    const [old] = this.said.splice(at, at === -1 ? 0 : 1);
    if (old === undefined) throw new Error(`no comment ${nodeId}`);
    if (body !== null) this.said.push({ ...old, body, editor });
  }

  reader(): RepoReader {
    const open = (method: string, name: string): void => {
      this.reads.push(method);
      if (name.toLowerCase() !== this.#name.toLowerCase())
        throw new AppError('not_found', 'There is no such repository.');
    };
    return {
      repository: async (name) => {
        open('repository', name === this.formerName ? this.#name : name);
        return this.#about();
      },
      look: async (name, { branches = [], pullRequestsFrom, files }) => {
        open('look', name === this.formerName ? this.#name : name);
        const { defaultBranch } = this.ref;
        const at = files?.branch ?? defaultBranch;
        const wanted = [...new Set([defaultBranch, ...branches, at])];
        const commit = this.branches.get(at);
        const pulls = [...this.pulls.values()].filter(({ head }) => head === pullRequestsFrom).reverse();
        return {
          repository: this.#about(),
          heads: new Map(wanted.map((branch) => [branch, this.branches.get(branch) ?? null])),
          pullRequests: pulls.map((each) => ({ pullRequest: each, baseOid: this.branches.get(each.base) ?? null })),
          files: commit && files ? this.#filesAt(commit, files.paths, files.limits) : null,
        };
      },
      safeguards: async (name) => {
        open('safeguards', name);
        return this.safeguards;
      },
      branches: async (name, request) => {
        open('branches', name);
        const all = [...this.branches].map(([branch, oid]) => ({ name: branch, oid }));
        return paged(
          all.filter((each) => each.name.includes(request.query ?? '')),
          request,
        );
      },
      head: async (name, branch) => {
        open('head', name);
        return this.branches.get(branch) ?? null;
      },
      tree: async (name, revision, path) => {
        open('tree', name);
        const tree = this.commits.get(this.branches.get(revision) ?? revision)?.tree;
        return tree === undefined ? null : folder(tree, path);
      },
      files: async (name, commit, paths, limits) => {
        open('files', name);
        return this.#filesAt(commit, paths, limits);
      },
      changed: async (name, base, head) => {
        open('changed', name);
        const past = this.#history(base, 1_000).map(({ oid }) => oid);
        const from = this.#history(head, 1_000).find(({ oid }) => past.includes(oid))?.oid;
        if (from === undefined) return null;
        const [then, now] = [this.treeAt(from), this.treeAt(head)];
        const text = (file?: FakeFile) => file && `${file.mode} ${blobId(file.bytes)}`;
        const paths = [...new Set([...then.keys(), ...now.keys()])].sort();
        return { from, paths: paths.filter((path) => text(then.get(path)) !== text(now.get(path))), cut: false };
      },
      searchCode: async (name, { words, folder }) => {
        open('searchCode', name);
        const commit = this.head(this.ref.defaultBranch);
        const items = [...this.treeAt(commit)].flatMap(([path, { bytes }]): FoundCode[] => {
          const text = Buffer.from(bytes).toString('utf8');
          if (!path.startsWith(folder) || !words.every((word) => text.includes(word))) return [];
          const lines = text.split('\n').filter((line) => words.some((word) => line.includes(word)));
          const found = (line: string) => words.find((word) => line.includes(word)) ?? '';
          return [{ path, commit, fragments: lines.map((line) => ({ text: line, word: found(line) })) }];
        });
        return { items, incomplete: false };
      },
      history: async (name, branch, limit) => {
        open('history', name);
        return this.#history(this.branches.get(branch) ?? '', limit);
      },
      commits: async (name, request) => {
        open('commits', name);
        if (!this.commits.has(request.commit))
          throw new AppError('not_found', 'There is no such commit in this repository.');
        const { path } = request;
        const all = this.#history(request.commit, 10_000).filter(
          (each) => path === undefined || this.#touches(each, path),
        );
        return paged(all.map(dated), request);
      },
      pullRequests: async (name, request) => {
        open('pullRequests', name);
        const { state, head, base } = request;
        const fits = (each: PullRequest) =>
          (state === 'all' || each.state === state) &&
          (head === undefined || each.head === head) &&
          (base === undefined || each.base === base);
        return paged([...this.pulls.values()].filter(fits).reverse(), request);
      },
      pullRequest: async (name, number) => {
        open('pullRequest', name);
        return this.pulls.get(number) ?? null;
      },
      pullRequestFiles: async (name, number, request) => {
        open('pullRequestFiles', name);
        return paged(this.diffs.get(number) ?? [], request);
      },
      reviewThreads: async (name, number, request) => {
        open('reviewThreads', name);
        return paged(this.threads.get(number) ?? [], request);
      },
      reviewThread: async (name, { number, nodeId }) => {
        open('reviewThread', name);
        const found = this.conversations.get(nodeId);
        if (found === undefined || found.number !== number) return null;
        const { path, line, resolved, begins } = found;
        const said = this.said.filter((each) => each.thread === nodeId).map(commentOf);
        return { nodeId, path, line, resolved, begins, newest: said.slice(-50), total: said.length };
      },
      checks: async (name, commit, request) => {
        open('checks', name);
        if (!this.commits.has(commit)) throw new AppError('not_found', 'There is no such commit in this repository.');
        const all = this.ci.get(commit) ?? [];
        const counts = Object.fromEntries(Map.groupBy(all, ({ state }) => state));
        return {
          ...paged(all, request),
          state: all.length === 0 ? 'none' : 'failure',
          counts: Object.fromEntries(Object.entries(counts).map(([state, each]) => [state, each?.length ?? 0])),
        };
      },
      job: async (name, id) => {
        open('job', name);
        return this.jobs.get(id) ?? null;
      },
      jobLog: async (name, id) => {
        open('jobLog', name);
        return this.jobs.get(id)?.log ?? null;
      },
      reviews: async (name, number) => {
        open('reviews', name);
        return this.reviews.get(number) ?? [];
      },
      saidReviews: async (name, number) => {
        open('saidReviews', name);
        return this.saidReviews.get(number) ?? [];
      },
      reviewers: async (name, number) => {
        open('reviewers', name);
        if (!this.pulls.has(number)) return null;
        const reviews = this.reviewed.filter((each) => each.number === number).map(({ id, by }) => ({ id, by }));
        return { requested: this.requested.get(number) ?? [], reviews };
      },
      isCollaborator: async (name, login) => {
        open('isCollaborator', name);
        return !this.strangers.has(login);
      },
      merging: async (name, number) => {
        open('merging', name);
        const pull = this.pulls.get(number);
        if (pull === undefined) return null;
        const merged = this.merges.get(number) ?? null;
        return { mergeable: pull.state === 'open' ? this.#mergeable : null, merged };
      },
      comments: async (name, number, request) => {
        open('comments', name);
        const found = this.said.filter((each) => each.number === number && each.thread === undefined).reverse();
        const page = paged(found, request);
        return { ...page, items: page.items.map(commentOf) };
      },
      comment: async (name, { number, nodeId }) => {
        open('comment', name);
        const found = this.said.find((each) => each.number === number && each.nodeId === nodeId);
        return found === undefined ? null : commentOf(found);
      },
      idOf: async () => this.id,
      isOurs: async (_name, commit) =>
        [...this.branches.values()].some((head) => this.#history(head, 1_000).some(({ oid }) => oid === commit)),
      ownLogin: async () => this.ownLogin,
    };
  }

  writer(): RepoWriter {
    return {
      createBranch: async ({ branch, oid }) => {
        if (this.branches.has(branch)) throw new NotDone('stale', 'The branch exists.');
        if (!this.commits.has(oid)) throw new NotDone('refused', 'There is no such commit.');
        this.branches.set(branch, oid);
      },
      commit: async ({ branch, expectedHead, headline, body, additions, deletions }) => {
        if (this.branches.get(branch) !== expectedHead) throw new NotDone('stale', 'The branch moved.');
        const tree = written(this.treeAt(expectedHead), additions, deletions);
        const message = body === '' ? headline : `${headline}\n\n${body}`;
        const verified = this.signs;
        const oid = this.#commit({ parents: [expectedHead], tree, author: this.ownLogin, message, verified });
        this.branches.set(branch, oid);
        return { oid, url: `https://git.example/commit/${oid}`, verified };
      },
      buildCommit: async ({ parent, entries, message }) => {
        const there = this.commits.get(parent)?.tree;
        if (there === undefined) throw new NotDone('refused', 'There is no such commit.');
        const verified = this.signs;
        const tree = this.#built(there, entries);
        const oid = this.#commit({ parents: [parent], tree, author: this.ownLogin, message, verified });
        return { oid, tree: treeId(tree), url: `https://git.example/commit/${oid}`, verified };
      },
      moveBranch: async ({ branch, from, to }) => {
        if ((this.branches.get(branch) ?? null) !== from) throw new NotDone('stale', 'The branch moved.');
        const past = this.#history(to, 1_000).map(({ oid }) => oid);
        if (from !== null && !past.includes(from)) throw new NotDone('refused', 'It is no descendant.');
        this.branches.set(branch, to);
      },
      openPullRequest: async ({ head, base, title, body, draft }) => {
        if (!this.branches.has(head) || !this.branches.has(base)) throw new NotDone('refused', 'No such branch.');
        const open = [...this.pulls.values()].some(
          (each) => each.state === 'open' && each.head === head && each.base === base,
        );
        if (open) throw new NotDone('refused', 'There is one already.');
        const { number, nodeId, url } = this.openPull({ head, base, title, body, draft, author: this.ownLogin });
        return { number, nodeId, url };
      },
      closePullRequest: async ({ nodeId }) => this.turnPull(Number(nodeId.slice(3)), 'closed'),
      reopenPullRequest: async ({ nodeId }) => {
        const pull = this.pulls.get(Number(nodeId.slice(3)));
        if (pull === undefined || !this.branches.has(pull.head)) throw new NotDone('refused', 'Its branch is gone.');
        this.turnPull(pull.number, 'open');
      },
      changePullRequest: async ({ nodeId, from, to }) => {
        const pull = this.pull(Number(nodeId.slice(3)));
        const differs = Object.entries(from).some(([field, value]) => pull[field as keyof PullRequestFields] !== value);
        if (differs) throw new NotDone('stale', 'The pull request is another.');
        if ('base' in to && !this.branches.has(to.base)) throw new NotDone('refused', 'There is no such base.');
        this.editPull(pull.number, to);
      },
      mergePullRequest: async ({ nodeId, expectedHead, base, method, message }) => {
        const pull = this.pull(Number(nodeId.slice(3)));
        const at = this.branches.get(base.name);
        if (pull.state !== 'open' || pull.draft || at !== base.oid) throw new NotDone('stale', 'It is another.');
        if (this.branches.get(pull.head) !== expectedHead) throw new NotDone('stale', 'The head moved.');
        if (this.#mergeable !== true) throw new NotDone('refused', 'It has conflicts.');
        const oid = this.#commit({
          parents: method === 'merge' ? [base.oid, expectedHead] : [base.oid],
          tree: this.treeAt(expectedHead),
          author: this.ownLogin,
          message: message === null ? 'A commit' : `${message.headline}\n\n${message.body}`,
        });
        this.branches.set(base.name, oid);
        this.merges.set(pull.number, { oid, by: this.ownLogin });
        this.turnPull(pull.number, 'merged');
        return { oid, url: `https://git.example/commit/${oid}`, verified: method !== 'rebase' };
      },
      updateBranch: async ({ nodeId, expectedHead, base }) => {
        const pull = this.pull(Number(nodeId.slice(3)));
        const at = this.branches.get(base.name);
        if (pull.state !== 'open' || at !== base.oid) throw new NotDone('stale', 'It is another.');
        if (this.refuses !== null) throw new NotDone('refused', this.refuses);
        if (this.branches.get(pull.head) !== expectedHead) throw new NotDone('stale', 'The head moved.');
        if (this.#mergeable !== true) throw new NotDone('refused', 'It has conflicts.');
        const parents = [expectedHead, this.movesInBetween ?? base.oid];
        const tree = new Map([...this.treeAt(expectedHead), ...this.treeAt(base.oid)]);
        const oid = this.#commit({ parents, tree, author: this.ownLogin, verified: this.signs });
        this.branches.set(pull.head, oid);
        this.editPull(pull.number, { headOid: oid });
        return { oid, url: `https://git.example/commit/${oid}`, verified: this.signs, parents };
      },
      rewindBranch: async ({ branch, from, to }) => {
        if (this.branches.get(branch) !== from) throw new NotDone('stale', 'The branch moved.');
        this.branches.set(branch, to);
      },
      revertPullRequest: async ({ nodeId, title, body, draft }) => {
        const pull = this.pull(Number(nodeId.slice(3)));
        if (pull.state !== 'merged') throw new NotDone('refused', 'It is not merged.');
        const head = `revert-${pull.number}-${pull.head}`;
        this.branches.set(head, this.head(pull.base));
        const made = this.openPull({ head, base: pull.base, title, body, draft, author: this.ownLogin });
        return { number: made.number, nodeId: made.nodeId, url: made.url };
      },
      comment: async ({ pullRequest, body }) => {
        const { number, locked } = this.pull(Number(pullRequest.slice(3)));
        if (locked) throw new NotDone('refused', 'It is locked.');
        const { nodeId, url } = this.say(number, body, this.ownLogin);
        return { nodeId, url };
      },
      requestReviews: async ({ number, reviewers }) => this.ask(number, reviewers, true),
      withdrawReviewRequests: async ({ number, reviewers }) => this.ask(number, reviewers, false),
      replyInThread: async ({ thread, body }) => {
        const number = this.conversations.get(thread)?.number;
        if (number === undefined || this.pull(number).locked) throw new NotDone('refused', 'It is gone or locked.');
        const { nodeId, url } = this.say(number, body, this.ownLogin, thread);
        return { nodeId, url };
      },
      settleThread: async ({ nodeId, resolved }) => this.settle(nodeId, resolved),
      deleteComment: async ({ nodeId, body, atLine = false }) => {
        const found = this.said.find((each) => each.nodeId === nodeId);
        if (found?.body !== body || atLine !== (found.thread !== undefined))
          throw new NotDone('stale', 'It is another.');
        this.reword(nodeId, null);
      },
      deleteBranch: async ({ branch, expectedHead }) => {
        if (this.branches.get(branch) !== expectedHead) throw new NotDone('stale', 'The branch moved.');
        this.branches.delete(branch);
      },
    };
  }

  #about(): Repository {
    return {
      ...{ ...this.ref, id: this.id, name: this.#name, description: 'The shop', archived: false },
      ...{ private: this.visibility !== 'public', visibility: this.visibility },
      url: `https://git.example/${this.#name}`,
    };
  }

  #filesAt(commit: string, paths: readonly string[], limits: ReadonlyMap<string, number> = new Map()) {
    const tree = this.commits.get(commit)?.tree;
    if (tree === undefined) throw new AppError('not_found', 'There is no such commit in this repository.');
    for (const [path, most] of limits) {
      const size = tree.get(path)?.bytes.length ?? 0;
      if (size > most) throw new AppError('too_large', `${path} has more than ${most} bytes.`);
    }
    return new Map(paths.map((path) => [path, fileAt(tree, path)]));
  }

  /** A tree as GitHub builds it: every mode as given, a missing path or object refuses all. */
  #built(tree: FakeTree, entries: readonly TreeChange[]): FakeTree {
    const next = new Map(tree);
    const known = () => [...this.commits.values()].flatMap((commit) => [...commit.tree.values()]);
    for (const entry of entries) {
      if ('delete' in entry) {
        if (!next.delete(entry.path)) throw new NotDone('refused', `${entry.path} is not there.`);
        continue;
      }
      const bytes = 'bytes' in entry ? entry.bytes : known().find((file) => blobId(file.bytes) === entry.oid)?.bytes;
      if (bytes === undefined || isFolder(next, entry.path))
        throw new NotDone('refused', 'No such object, or a folder.');
      next.set(entry.path, { mode: entry.mode, bytes });
    }
    return next;
  }

  /** Adds a commit as it is given, on no branch. */
  #commit(about: { parents: string[]; tree: FakeTree; author: string; message?: string; verified?: boolean }): string {
    const { parents, tree, author, message = 'A commit', verified = true } = about;
    const oid = createHash('sha1')
      .update(JSON.stringify([parents, treeId(tree), author, message, this.commits.size]))
      .digest('hex');
    this.commits.set(oid, { oid, parents, message, author, verified, url: `https://git.example/commit/${oid}`, tree });
    return oid;
  }

  #touches({ oid, parents: [parent] }: Commit, path: string): boolean {
    const at = (commit: string | undefined) =>
      [...(commit === undefined ? new Map<string, FakeFile>() : this.treeAt(commit))]
        .filter(([each]) => each === path || each.startsWith(`${path}/`))
        .map(([each, { mode, bytes }]) => `${each} ${mode} ${blobId(bytes)}`)
        .join();
    return at(oid) !== at(parent);
  }

  #history(from: string, limit: number): Commit[] {
    const found: Commit[] = [];
    for (let at = this.commits.get(from); at !== undefined && found.length < limit; ) {
      found.push(at);
      at = this.commits.get(at.parents[0] ?? '');
    }
    return found;
  }
}

export function blobId(bytes: Uint8Array): string {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

/** The same for trees with the same files, though not git's own id. */
export function treeId(tree: FakeTree): string {
  const listed = [...tree].map(([path, { mode, bytes }]) => `${mode} ${blobId(bytes)} ${path}`).sort();
  return createHash('sha1').update(listed.join('\n')).digest('hex');
}

/** A tree with what somebody makes of it. */
export function changed(tree: FakeTree, edits: Edits): FakeTree {
  const next = new Map(tree);
  for (const [path, value] of Object.entries(edits)) {
    if (value === null) next.delete(path);
    else next.set(path, fakeFile(value, next.get(path)?.mode ?? '100644'));
  }
  return next;
}

function fakeFile(value: string | Uint8Array | FakeFile, mode: string): FakeFile {
  if (typeof value === 'string') return { mode, bytes: Buffer.from(value, 'utf8') };
  return value instanceof Uint8Array ? { mode, bytes: value } : value;
}

/** A commit as GitHub makes it: modes are kept, new files are plain, a missing path or a clash of kinds refuses all. */
function written(
  tree: FakeTree,
  additions: readonly { readonly path: string; readonly bytes: Uint8Array }[],
  deletions: readonly string[],
): FakeTree {
  const next = new Map(tree);
  for (const path of deletions) if (!next.delete(path)) throw new NotDone('refused', `${path} is not there.`);
  for (const { path, bytes } of additions) {
    if (isFolder(next, path)) throw new NotDone('refused', `${path} is a folder.`);
    next.set(path, { mode: tree.get(path)?.mode ?? '100644', bytes });
  }
  return next;
}

function isFolder(tree: FakeTree, path: string): boolean {
  return path === '' || [...tree.keys()].some((each) => each.startsWith(`${path}/`));
}

const types: Readonly<Record<string, FileAt['type']>> = { '120000': 'symlink', '160000': 'submodule' };

function fileAt(tree: FakeTree, path: string): FileAt | null {
  const file = tree.get(path);
  if (file === undefined) {
    return isFolder(tree, path)
      ? { type: 'directory', oid: blobId(Buffer.from(path)), mode: '040000', bytes: null }
      : null;
  }
  const type = types[file.mode] ?? 'file';
  return { type, oid: blobId(file.bytes), mode: file.mode, bytes: type === 'submodule' ? null : file.bytes };
}

function folder(tree: FakeTree, path: string): TreeEntry[] | null {
  if (!isFolder(tree, path)) return null;
  const prefix = path === '' ? '' : `${path}/`;
  const below = [...tree.keys()].filter((each) => each.startsWith(prefix));
  const names = new Set(below.map((each) => each.slice(prefix.length).split('/', 1)[0] ?? ''));
  return [...names].map((name): TreeEntry => {
    const at = fileAt(tree, `${prefix}${name}`);
    if (at === null) throw new Error(`no ${name}`);
    const size = at.type === 'file' ? (at.bytes?.length ?? 0) : null;
    return { path: `${prefix}${name}`, type: at.type, mode: at.mode, size, oid: at.oid };
  });
}

const dated = ({ oid, parents, message, author, verified, url }: Commit): DatedCommit => ({
  ...{ oid, parents, message, author, verified, url },
  committedAt: '2026-03-01T09:00:00Z',
});

function commentOf({ number: _number, thread: _thread, ...comment }: Said): PullRequestComment {
  return comment;
}

function paged<T>(all: readonly T[], request: PageRequest): Page<T> {
  const start = Number(request.cursor ?? 0);
  const end = start + request.limit;
  return { items: all.slice(start, end), cursor: end < all.length ? String(end) : null };
}
