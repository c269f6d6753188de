import { type Answered, answeredFor } from '#shared/changes/answered.ts';
import type { VerificationKeys } from '#shared/changes/keys.ts';
import { appendEvent } from '#shared/ledger/events.ts';
import type { Ledger } from '#shared/ledger/ledger.ts';
import type { LedgerDb } from '#shared/ledger/schema.ts';
import { activeStops } from '#shared/ledger/stops.ts';
import { type People, personOfGithub } from '#shared/people/people.ts';
import type { BackendReview } from '#shared/tools/index.ts';
import { isUnderWay, madeBy, mergesOf } from './made-by.ts';
import type { HeadCommit, OpenHead } from './open-heads.ts';
import type { PostReport } from './post.ts';
import { type Verdict, verdictOf } from './verdict.ts';

/** GitHub, as far as heads are looked at and told of. */
export type HeadChecks = {
  readonly heads: (repository: string) => Promise<readonly OpenHead[]>;
  readonly commits: (repository: string, number: number) => Promise<readonly HeadCommit[]>;
  readonly reviews: (repository: string, number: number) => Promise<readonly BackendReview[]>;
  readonly ownLogin: () => Promise<string>;
  readonly post: PostReport;
};

/** With what heads are judged and told of. */
export type Saying = HeadChecks & {
  readonly ledger: Ledger;
  readonly keys: () => VerificationKeys;
  readonly people: () => People;
  /** Base of the console's address. */
  readonly reviewUrl: string;
  readonly now: () => Date;
};

/** What is said in one round of one repository at most; the rest in the next. */
const mostAtOnce = 20;

/** What stands where: by pull request and head, the commits, which do not change, and what was said last. */
export type Known = Map<string, { readonly commits: readonly HeadCommit[]; said: string | null }>;

/** One round of one repository. */
export async function sayOfHeads(context: Saying, repository: string, known: Known): Promise<void> {
  const heads = await context.heads(repository);
  const present = new Set(heads.map(keyOf));
  for (const key of known.keys()) if (!present.has(key)) known.delete(key);
  let said = 0;
  for (const head of heads) {
    if (said >= mostAtOnce) return;
    const key = keyOf(head);
    const here = known.get(key) ?? { commits: await context.commits(repository, head.number), said: null };
    known.set(key, here);
    const verdict = await judge(context, repository, head, here.commits);
    if (verdict === null || here.said === JSON.stringify(verdict)) continue;
    said += 1;
    const ended = await say(context, repository, head, verdict);
    if (ended !== 'held') here.said = JSON.stringify(verdict);
  }
}

const keyOf = ({ number, head, repository }: OpenHead): string => `${repository.nodeId} ${number} ${head}`;

/** Null while it cannot be told yet. */
async function judge(
  context: Saying,
  repository: string,
  head: OpenHead,
  commits: readonly HeadCommit[],
): Promise<Verdict | null> {
  const { db } = context.ledger;
  const of = { commits, repository: head.repository.nodeId, own: await context.ownLogin() };
  const isBusy = await isUnderWay(db);
  const { changes, strays, others } = await madeBy(db, of);
  if (strays.length > 0 && isBusy) return null;
  const people = context.people();
  const known = { keys: context.keys(), people };
  const answered: Answered[] = [];
  for (const id of changes) {
    const one = await answeredFor(db, id, known);
    if (one) answered.push(one);
  }
  const isAlone = answered.some(({ onlySponsor }) => onlySponsor);
  const reviews = isAlone ? await context.reviews(repository, head.number) : [];
  const reviewers = [...reviewersOf(people, reviews, head.head), ...(await merging(db, head.head, known))];
  return verdictOf({ answered, strays, others, reviewers: [...new Set(reviewers)].sort() });
}

function reviewersOf(people: People, reviews: readonly BackendReview[], head: string): readonly string[] {
  const approving = reviews.filter((one) => one.state === 'approved' && one.head === head && one.mayWrite);
  return [...new Set(approving.flatMap(({ login }) => personOfGithub(people, login)?.key ?? []))].sort();
}

/** Those who answered for merging just this head. */
async function merging(db: LedgerDb, head: string, known: Parameters<typeof answeredFor>[2]): Promise<string[]> {
  const found: string[] = [];
  for (const id of await mergesOf(db, head)) found.push(...((await answeredFor(db, id, known))?.people ?? []));
  return found;
}

async function say(context: Saying, repository: string, { head, repository: { id } }: OpenHead, verdict: Verdict) {
  const { ledger, reviewUrl, post, now } = context;
  const { changeId, conclusion, title } = verdict;
  const detailsUrl = changeId === null ? reviewUrl : `${reviewUrl}/changes/${changeId}`;
  const mayLeave = async (): Promise<boolean> => {
    const stops = await activeStops(ledger.db);
    return !stops.some(({ scope, value }) => scope === 'all' || (scope === 'server' && value === 'github'));
  };
  const ended = await post({ repository, repositoryId: id, head, verdict, detailsUrl }, mayLeave);
  if (ended === 'posted' && changeId !== null) {
    const actor = { kind: 'server', server: 'github' } as const;
    const event = { at: now().toISOString(), type: 'check.posted', changeId, actor, body: { head, conclusion, title } };
    await ledger.write((tx) => appendEvent(tx, event));
  }
  return ended;
}
