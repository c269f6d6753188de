import * as z from 'zod';
import type { Document } from './document.ts';
import { pageOf, pageText, state, stateText, team, teamText, user, userText } from './shapes.ts';

const named = z.object({ id: z.string(), name: z.string() });
const relative = z.object({ identifier: z.string(), team: z.object({ id: z.string() }) }).nullable();

const entryText = `{
  id createdAt actor ${userText} botActor { id name }
  fromTitle toTitle updatedDescription fromPriority toPriority fromDueDate toDueDate archived trashed
  fromState ${stateText} toState ${stateText}
  fromAssignee { id name } toAssignee { id name } fromDelegate { id name } toDelegate { id name }
  addedLabels { id name } removedLabels { id name }
  fromParent { identifier team { id } } toParent { identifier team { id } }
  fromTeam ${teamText} toTeam ${teamText}
  relationChanges { identifier type }
}`;

const entry = z.object({
  id: z.string(),
  createdAt: z.string(),
  actor: user.nullable(),
  botActor: z.object({ id: z.string().nullish(), name: z.string().nullish() }).nullable(),
  fromTitle: z.string().nullable(),
  toTitle: z.string().nullable(),
  updatedDescription: z.boolean().nullable(),
  fromPriority: z.number().nullable(),
  toPriority: z.number().nullable(),
  fromDueDate: z.string().nullable(),
  toDueDate: z.string().nullable(),
  archived: z.boolean().nullable(),
  trashed: z.boolean().nullable(),
  fromState: state.nullable(),
  toState: state.nullable(),
  fromAssignee: named.nullable(),
  toAssignee: named.nullable(),
  fromDelegate: named.nullable(),
  toDelegate: named.nullable(),
  addedLabels: z.array(named).nullable(),
  removedLabels: z.array(named).nullable(),
  fromParent: relative,
  toParent: relative,
  fromTeam: team.nullable(),
  toTeam: team.nullable(),
  relationChanges: z.array(z.object({ identifier: z.string(), type: z.string() })).nullable(),
});
export type LinearEvent = z.infer<typeof entry>;

/** What was changed of an issue, newest first. */
export const history: Document<{
  readonly issue: {
    readonly team: { readonly id: string; readonly key: string };
    readonly history: {
      readonly nodes: readonly LinearEvent[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}> = {
  field: 'issue',
  text: `query History($id: String!, $first: Int!, $after: String) {
    issue(id: $id) {
      team { id key }
      history(first: $first, after: $after, orderBy: createdAt) { nodes ${entryText} ${pageText} }
    }
  }`,
  answer: z.object({
    issue: z.object({ team: z.object({ id: z.string(), key: z.string() }), history: pageOf(entry) }),
  }),
};
