import { extendSchema, type GraphQLSchema, parse } from 'graphql';
import { lazySchema } from '#servers/forge/graphql/schema.ts';

/**
 * What GitHub's API has besides the schema that its npm package was last made from: types of issues.
 * https://docs.github.com/en/graphql/reference/objects#issuetype
 */
const later = `
  type IssueType { id: ID! name: String! isEnabled: Boolean! }
  type IssueTypeConnection { nodes: [IssueType] totalCount: Int! }
  extend type Repository { issueTypes(first: Int, after: String): IssueTypeConnection }
  extend input CreateIssueInput { issueTypeId: ID }
`;

const published = lazySchema();
let whole: GraphQLSchema | undefined;

/** GitHub's schema, as published or with what came later. */
export function issuesSchema({ types }: { readonly types: boolean }): GraphQLSchema {
  if (!types) return published();
  whole ??= extendSchema(published(), parse(later), { assumeValid: true, assumeValidSDL: true });
  return whole;
}
