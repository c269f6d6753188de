import { Refused } from '../common/answer.ts';

/** A request that Jira does not take. */
export class Refusal extends Refused {
  constructor(status: number, message: string, errors: Readonly<Record<string, string>> = {}) {
    super(message, { status, body: { errorMessages: message ? [message] : [], errors } });
  }
}

export const noIssue = (): Refusal => new Refusal(404, 'Issue does not exist or you do not have permission to see it.');
