import * as z from 'zod';
import { oid } from '#capabilities/repo/types.ts';
import type { Look, LookRequest } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { assertWithin, readFiles, textFields, withBytes } from './files.ts';
import { batchSize, entriesOf, found, pathQuery } from './lookup.ts';
import { pull, pullFragment } from './pull-requests.ts';
import { repositoryFields, repositoryOf, repositoryShape } from './repository.ts';
import type { Session } from './session.ts';

/** What is asked, each branch and path once. `paths` come along; none do where there are more than fit. */
type Asked = {
  readonly branches: readonly string[];
  readonly from: string | undefined;
  readonly at: string | undefined;
  readonly paths: readonly string[];
};

/**
 * One query for what a change needs to know. More paths than {@link batchSize} are read once it is known where the branch
 * is.
 */
export async function readLook(session: Session, request: LookRequest): Promise<Look> {
  const { branches = [], pullRequestsFrom, files: wanted } = request;
  const paths = [...new Set(wanted?.paths)];
  const at = wanted?.branch;
  const asked: Asked = {
    branches: [...new Set([...branches, ...(at === undefined ? [] : [at])])],
    from: pullRequestsFrom,
    at,
    paths: paths.length <= batchSize ? paths : [],
  };
  const { repository: answer } = await session.query({ ...queryFor(asked), data, mayMiss });
  if (!answer) throw noRepository();
  const { heads, main } = headsOf(asked, answer);
  const commit = at === undefined ? main : (heads.get(at) ?? null);
  return {
    repository: repositoryOf(answer),
    heads,
    pullRequests: answer.pullRequests.nodes
      .map(({ baseRef, ...pullRequest }) => ({ pullRequest, baseOid: baseRef?.target?.oid ?? null }))
      .filter(({ pullRequest }) => pullRequest.head === pullRequestsFrom),
    files: wanted === undefined || commit === null ? null : await filesOf(),
  };

  async function filesOf() {
    const limits = wanted?.limits ?? new Map<string, number>();
    if (paths.length > asked.paths.length) return readFiles(session, commit ?? '', paths, limits);
    const entries = new Map(entriesOf(paths, answer?.at?.target ?? {}));
    assertWithin(entries, limits);
    return withBytes(session, entries);
  }
}

const mayMiss = (path: string) => /^repository\.at\.target\.f\d+$/.test(path);

const ref = z.object({ target: z.object({ oid }).nullable() });

/** The heads stand beside everything else, each under the name that it was asked by. */
function withHeads(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  return { ...answer, refs: Object.fromEntries(Object.entries(answer).filter(([key]) => /^b\d+$/.test(key))) };
}

const repositoryData = z.object({
  ...repositoryShape,
  defaultBranchRef: ref.extend({ name: z.string() }).nullable(),
  refs: z.record(z.string(), ref.nullable()),
  pullRequests: z
    .object({ nodes: z.array(z.intersection(pull, z.object({ baseRef: ref.nullable() }))) })
    .default({ nodes: [] }),
  at: z.object({ target: z.record(z.string(), found.nullable()).nullable() }).nullish(),
});
const data = z.object({ repository: z.preprocess(withHeads, repositoryData.nullable()) });

function headsOf({ branches }: Asked, { defaultBranchRef, refs }: z.infer<typeof repositoryData>) {
  const main = defaultBranchRef?.target?.oid ?? null;
  const heads = new Map<string, string | null>(defaultBranchRef === null ? [] : [[defaultBranchRef.name, main]]);
  for (const [index, branch] of branches.entries()) heads.set(branch, refs[`b${index}`]?.target?.oid ?? null);
  return { heads, main };
}

/** One document for all that is asked. Names and paths are never part of it. */
function queryFor({ branches, from, at, paths }: Asked) {
  const files = pathQuery(paths, textFields);
  const parts: { readonly declared?: string; readonly selected: string; readonly fragment?: string }[] = [
    { selected: `${repositoryFields} defaultBranchRef { name target { oid } }` },
    ...branches.map((_, i) => ({
      declared: `$b${i}: String!`,
      selected: `b${i}: ref(qualifiedName: $b${i}) { target { oid } }`,
    })),
  ];
  if (from !== undefined) {
    const order = 'orderBy: { field: CREATED_AT, direction: DESC }';
    const selected = `pullRequests(first: 50, headRefName: $from, ${order}) { nodes { ...pull baseRef { target { oid } } } }`;
    parts.push({ declared: '$from: String!', selected, fragment: pullFragment });
  }
  if (paths.length > 0) {
    const where = at === undefined ? 'defaultBranchRef' : 'ref(qualifiedName: $at)';
    const declared = at === undefined ? files.declared : `$at: String!, ${files.declared}`;
    parts.push({ declared, selected: `at: ${where} { target { ${files.selected} } }`, fragment: files.fragment });
  }
  const all = (each: (part: (typeof parts)[number]) => string | undefined) => parts.flatMap((part) => each(part) ?? []);
  return {
    document: `query (${['$owner: String!, $name: String!', ...all(({ declared }) => declared)].join(', ')}) {
  repository(owner: $owner, name: $name) {
    ${all(({ selected }) => selected).join('\n    ')}
  }
}
${all(({ fragment }) => fragment).join('\n')}`,
    variables: {
      ...Object.fromEntries(branches.map((branch, index) => [`b${index}`, `refs/heads/${branch}`])),
      ...(from !== undefined && { from }),
      ...(at !== undefined && paths.length > 0 && { at: `refs/heads/${at}` }),
      ...files.variables,
    },
  };
}
