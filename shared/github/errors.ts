import { AppError } from '../errors.ts';
import { NotDone } from '../tools/index.ts';
import { type Failure, failureOf, type GraphqlFault } from './failure.ts';

/**
 * The error of a read. The message is ours; what GitHub said is the cause.
 * @param missing what `not_found` says when GitHub says that there is no such thing
 */
export function readError(error: unknown, missing: (cause: unknown) => AppError): AppError {
  if (error instanceof AppError) return error;
  const failure = failureOf(error);
  switch (readVerdict(failure)) {
    case 'missing':
      return missing(failure.said);
    case 'refused':
      return new AppError('backend_refused', 'GitHub refused to answer this.', {
        next: 'Ask the operator whether the GitHub App is installed there with the permissions it needs.',
        cause: failure.said,
      });
    case 'invalid':
      return new AppError('invalid_arguments', 'GitHub does not know this cursor.', {
        next: 'Start again without a cursor.',
        cause: failure.said,
      });
    case 'unavailable':
      return failure.kind === 'limited' ? limited(failure) : unavailable(failure.said);
  }
}

function limited({ until, said }: Failure & { readonly kind: 'limited' }): AppError {
  const next = 'Try again after that.';
  return new AppError('backend_unavailable', noneUntil(until), { next, cause: said });
}

/** With the time to the second, and never an earlier one than it is. */
function noneUntil(ms: number): string {
  const time = new Date(Math.ceil(ms / 1000) * 1000).toISOString().replace('.000', '');
  return `GitHub takes no more requests until ${time}.`;
}

/** GitHub does not answer, or not in a way that can be read. */
export const unavailable = (cause: unknown): AppError =>
  new AppError('backend_unavailable', 'GitHub does not answer as it should.', { next: 'Try again later.', cause });

function readVerdict(failure: Failure): 'missing' | 'refused' | 'invalid' | 'unavailable' {
  if (failure.kind === 'graphql') {
    const types = new Set(failure.faults.map((fault) => fault.type));
    if (types.has('NOT_FOUND')) return 'missing';
    if (types.has('INVALID_CURSOR_ARGUMENTS')) return 'invalid';
    return types.has('FORBIDDEN') || types.has('UNPROCESSABLE') ? 'refused' : 'unavailable';
  }
  if (failure.kind !== 'status' || failure.limited) return 'unavailable';
  if ([404, 410, 451].includes(failure.status)) return 'missing';
  return failure.status >= 400 && failure.status < 500 ? 'refused' : 'unavailable';
}

/**
 * The error of a request that the App makes with its own key, for an installation or a token of it. What only the operator
 * can put right is no reason to end what was approved: it reads as an outage, and says whose it is to end.
 * @param missing what `not_found` says when GitHub says that there is no such thing
 */
export function appError(error: unknown, missing: (cause: unknown) => AppError): AppError {
  if (error instanceof AppError) return error;
  const failure = failureOf(error);
  if (failure.kind !== 'status' || failure.limited) return readError(error, missing);
  const words = operators[failure.status];
  if (words !== undefined) {
    return new AppError('backend_unavailable', words, { next: 'Tell the operator.', cause: failure.said });
  }
  return failure.status === 409 ? unavailable(failure.said) : readError(error, missing);
}

/** 401: a wrong key or App id, or a clock that is minutes off. 403: the owner has suspended the installation. */
const operators: Readonly<Record<number, string>> = {
  401: 'GitHub does not take the key of its GitHub App: the operator has to look at the key, the App id and the clock.',
  403: 'GitHub gives its GitHub App no access there now: the operator has to see whether its installation is suspended.',
};

type NotDoneKind = NotDone['kind'];

const notDoneWords: Readonly<Record<NotDoneKind, string>> = {
  stale: 'GitHub did nothing: what was to be written is no longer as it was.',
  refused: 'GitHub refused this and did nothing.',
  unavailable: 'GitHub cannot be reached or wants fewer requests; nothing was done.',
};

/** A write that certainly did not happen, in our words. */
export const notDone = (kind: NotDoneKind, cause: unknown): NotDone => new NotDone(kind, notDoneWords[kind], { cause });

/** A write for which there is no token. */
export function noToken(error: unknown): NotDone {
  if (!(error instanceof AppError)) return notDone('unavailable', error);
  const kind = error.code === 'backend_unavailable' ? 'unavailable' : 'refused';
  return new NotDone(kind, `${error.message} Nothing was done.`, { cause: error });
}

/** A write of which nobody knows yet whether it happened. */
export const inDoubt = (cause: unknown): Error =>
  new Error('GitHub gave no answer from which it can be told whether this was done.', { cause });

/**
 * The error of a write: `NotDone` where the answer proves that nothing happened, else an error that says nothing.
 * @param mutations the root fields of the request: where one of them has a result, something happened
 */
export function writeError(error: unknown, ...mutations: readonly string[]): Error {
  if (error instanceof NotDone) return error;
  const failure = failureOf(error);
  if (failure.kind === 'limited') {
    return new NotDone('unavailable', `${noneUntil(failure.until)} Nothing was done.`, { cause: failure.said });
  }
  const kind = notDoneKind(failure, mutations);
  if (kind === 'refused' && namesRules(failure.said.message))
    return new NotDone(kind, byRules, { cause: failure.said });
  return kind === undefined ? inDoubt(failure.said) : notDone(kind, failure.said);
}

const byRules =
  'A rule of the branch on GitHub did not let this through, and nothing was done. Which one, and what it still asks for (a ' +
  'review, a check, a signature), is shown there.';

/** As GitHub begins what it says of rulesets and of protected branches. It chooses our words alone. */
const namesRules = (text: string): boolean => /rule violations found|protected branch/i.test(text);

/** Client errors after which GitHub has done nothing. Not 408 and 409, which do not say so. */
const refusals: ReadonlySet<number> = new Set([400, 403, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451]);

function notDoneKind(
  failure: Exclude<Failure, { kind: 'limited' }>,
  mutations: readonly string[],
): NotDoneKind | undefined {
  switch (failure.kind) {
    case 'never_sent':
      return 'unavailable';
    case 'lost':
      return undefined;
    case 'status':
      // A token that was minted and checked a moment ago is not wrong, only not known everywhere at GitHub yet:
      // https://github.com/octokit/auth-app.js/issues/65
      if (failure.limited || failure.status === 401) return 'unavailable';
      return refusals.has(failure.status) ? 'refused' : undefined;
    case 'graphql': {
      const kinds = failure.faults.map((fault) => faultKind(fault, mutations, failure.data));
      if (kinds.length === 0 || kinds.includes(undefined) || hasResult(failure.data, mutations)) return undefined;
      return (['stale', 'unavailable', 'refused'] as const).find((kind) => kinds.includes(kind));
    }
  }
}

const hasResult = (data: unknown, mutations: readonly string[]): boolean =>
  typeof data === 'object' && data !== null && mutations.some((name) => data[name as keyof typeof data] != null);

/**
 * What one GraphQL error proves. An error below the mutation's own field says nothing: the mutation ran and only its
 * answer is incomplete. So does one without a type that we know: a time-out inside GitHub has none.
 */
function faultKind(fault: GraphqlFault, mutations: readonly string[], data: unknown): NotDoneKind | undefined {
  if (fault.type === undefined) return isInvalidRequest(fault, data) ? 'refused' : undefined;
  const mutation = String(fault.path?.[0] ?? mutations[0]);
  const isBelow = fault.path !== undefined && (fault.path.length !== 1 || !mutations.includes(mutation));
  if (isBelow) return undefined;
  switch (fault.type) {
    case 'STALE_DATA':
      return 'stale';
    case 'UNPROCESSABLE':
      return saysStale(fault.message, mutation) ? 'stale' : 'refused';
    case 'FORBIDDEN':
    case 'NOT_FOUND':
      return 'refused';
    case 'RATE_LIMITED':
      return 'unavailable';
    default:
      return undefined;
  }
}

/** GitHub validates a request before it runs any of it, and then answers without `data`. */
const isInvalidRequest = ({ extensions }: GraphqlFault, data: unknown): boolean =>
  data === undefined && (typeof extensions?.['code'] === 'string' || Array.isArray(extensions?.['problems']));

/**
 * Only the words tell these from other refusals: createRef "… already exists", updateRefs "… is at A but expected B",
 * mergePullRequest "Head branch was modified.", updatePullRequestBranch "expected head sha didn’t match current head ref."
 */
function saysStale(message: string, mutation: string): boolean {
  // A rule can say that a check "is expected".
  if (namesRules(message)) return false;
  if (mutation === 'createRef') return /already exists/i.test(message);
  if (mutation === 'mergePullRequest') return /\bbranch was modified\b|\balready merged\b/i.test(message);
  if (mutation === 'updatePullRequestBranch') return /\bexpected\b|\bhead (?:ref|sha|oid)\b/i.test(message);
  return mutation === 'updateRefs' && /\bexpected\b|already exists/i.test(message);
}
