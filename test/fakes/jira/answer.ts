/** What a handler answers with; `effect` says that something was changed. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A request that Jira does not take. */
export class Refusal extends Error {
  readonly status: number;
  readonly errors: Readonly<Record<string, string>>;

  constructor(status: number, message: string, errors: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.errors = errors;
  }

  get answer(): Answer {
    return { status: this.status, body: { errorMessages: this.message ? [this.message] : [], errors: this.errors } };
  }
}

export const noIssue = (): Refusal => new Refusal(404, 'Issue does not exist or you do not have permission to see it.');
