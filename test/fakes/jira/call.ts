import { noIssue } from './refusal.ts';
import type { JiraSite } from './site.ts';
import type { JiraIssue } from './state.ts';
import type { Views } from './views.ts';

/** One request, once it is known whose it is and what it asks for. */
export type Call = {
  readonly site: JiraSite;
  readonly views: Views;
  /** Whose it is. */
  readonly account: string;
  /** The parts of the path that its template names. */
  readonly parts: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** The issue that the path names. */
export function issueOf({ site, account, parts }: Call): JiraIssue {
  const found = site.issue(parts['issueIdOrKey'] ?? '', account);
  if (found === null) throw noIssue();
  return found;
}

/** A parameter that is a list. */
export const listed = (query: URLSearchParams, name: string): readonly string[] =>
  (query.get(name) ?? '').split(',').filter((one) => one !== '');
