import * as z from 'zod';
import type { Document } from './document.ts';
import { comment, commentText, issue, issueText } from './shapes.ts';

/** A mutation answers under its own name. Nothing here deletes an issue or a comment. */
function mutation<T>(field: string, text: string, payload: z.ZodType<T>): Mutation<T> {
  return { field, text, answer: z.object({ [field]: payload }).transform((data) => data[field] as T) };
}
export type Mutation<T> = Document<T>;

const issuePayload = z.object({ success: z.literal(true), issue });
const commentPayload = z.object({ success: z.literal(true), comment });
const archivePayload = z.object({ success: z.literal(true) });

export const issueCreate = mutation(
  'issueCreate',
  `mutation Create($input: IssueCreateInput!) { issueCreate(input: $input) { success issue ${issueText} } }`,
  issuePayload,
);

export const issueUpdate = mutation(
  'issueUpdate',
  `mutation Update($id: String!, $input: IssueUpdateInput!) {
    issueUpdate(id: $id, input: $input) { success issue ${issueText} }
  }`,
  issuePayload,
);

export const commentCreate = mutation(
  'commentCreate',
  `mutation Say($input: CommentCreateInput!) { commentCreate(input: $input) { success comment ${commentText} } }`,
  commentPayload,
);

export const commentUpdate = mutation(
  'commentUpdate',
  `mutation Correct($id: String!, $input: CommentUpdateInput!) {
    commentUpdate(id: $id, input: $input) { success comment ${commentText} }
  }`,
  commentPayload,
);

export const relationCreate = mutation(
  'issueRelationCreate',
  `mutation Relate($input: IssueRelationCreateInput!) {
    issueRelationCreate(input: $input) { success issueRelation { id type } }
  }`,
  z.object({ success: z.literal(true), issueRelation: z.object({ id: z.string(), type: z.string() }) }),
);

export const relationDelete = mutation(
  'issueRelationDelete',
  `mutation Unrelate($id: String!) { issueRelationDelete(id: $id) { success } }`,
  archivePayload,
);

/** Without `trash`: what is in the trash is deleted after a while. */
export const issueArchive = mutation(
  'issueArchive',
  `mutation Archive($id: String!) { issueArchive(id: $id) { success } }`,
  archivePayload,
);

export const issueUnarchive = mutation(
  'issueUnarchive',
  `mutation Unarchive($id: String!) { issueUnarchive(id: $id) { success } }`,
  archivePayload,
);
