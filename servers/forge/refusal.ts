/** Kinds of refusal: the words GitHub's GraphQL API uses in `errors[].type`, and those that only REST or forge knows. */
const statusOf = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  STALE_DATA: 409,
  TOO_LARGE: 413,
  UNPROCESSABLE: 422,
  MISSING_PAGINATION_BOUNDARIES: 422,
  EXCESSIVE_PAGINATION: 422,
  NOT_IMPLEMENTED: 501,
} as const;

export type RefusalKind = keyof typeof statusOf;

/** One entry of the `errors` list of a REST answer with status 422. */
export type ValidationDetail = { resource: string; code: string; field?: string; message?: string };

/** A request that forge answers with an error, in the shape GitHub gives it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: RefusalKind;
  readonly details: ValidationDetail[] | undefined;

  constructor(kind: RefusalKind, message: string, details?: ValidationDetail[]) {
    super(message);
    this.kind = kind;
    this.details = details;
  }

  /** The HTTP status for REST; GraphQL answers 200 whatever the kind. */
  get status(): (typeof statusOf)[RefusalKind] {
    return statusOf[this.kind];
  }
}

/** For behaviour of GitHub that forge does not know or does not offer: an error that names it, never a guess. */
export const notImplemented = (what: string): Refusal =>
  new Refusal('NOT_IMPLEMENTED', `forge does not implement ${what}`);
