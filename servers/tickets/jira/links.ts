import * as z from 'zod';
import type { LinkType } from '#capabilities/ticket/types.ts';
import type { Reads } from '#shared/atlassian/transport.ts';
import { issueLink, type JiraLink } from './answers.ts';

const withLinks = z.object({ fields: z.object({ issuelinks: z.array(issueLink).nullish() }) });

/** The ends of a link by immutable id: the one of which its type's outward words are said, and the other. */
export type Ends = {
  readonly type: LinkType;
  readonly outward: { readonly id: string };
  readonly inward: { readonly id: string };
};

/** The link between two issues, if there is one. One without a direction is the same from either end. */
export async function findLink(reads: Reads, { type, outward, inward }: Ends): Promise<JiraLink | null> {
  const query = { fields: 'issuelinks' };
  const found = await reads.get({ path: ['issue', outward.id], query, answer: withLinks });
  const isIt = (link: JiraLink): boolean =>
    link.type.id === type.id &&
    (link.outwardIssue?.id === inward.id || (type.outward === type.inward && link.inwardIssue?.id === inward.id));
  return (found?.fields.issuelinks ?? []).find(isIt) ?? null;
}

/**
 * What Jira is sent for a link. The one that blocks is its `inwardIssue` there, against what the words let one think:
 * issues show each end by what the other one is to it.
 * https://developer.atlassian.com/cloud/jira/platform/issue-linking-model/
 */
export const sentLink = ({ type, outward, inward }: Ends) => ({
  type: { id: type.id },
  inwardIssue: { id: outward.id },
  outwardIssue: { id: inward.id },
});
