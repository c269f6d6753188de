import * as z from 'zod';
import type { TreeEntry } from '#capabilities/repo-read/ports.ts';
import { noRepository } from '#shared/github/names.ts';
import { entry, modeOf, typeOf } from './entry.ts';
import type { Session } from './session.ts';

/**
 * A revision is looked up as a commit id or as a branch, never as git's revision syntax, in which text from outside
 * could mean anything (`main@{1}`, `:/message`).
 */
const lookups = {
  commit: { variable: '$revision: GitObjectID!', field: 'object(oid: $revision)', inside: (body: string) => body },
  branch: {
    variable: '$revision: String!',
    field: 'ref(qualifiedName: $revision)',
    inside: (body: string) => `target { ${body} }`,
  },
} as const;

const rootBody = '... on Commit { tree { ...folder } }';
const folderBody = '... on Commit { file(path: $path) { object { ...folder } } }';

function documentFor(kind: keyof typeof lookups, isRoot: boolean): string {
  const { variable, field, inside } = lookups[kind];
  return `query ($owner: String!, $name: String!, ${variable}${isRoot ? '' : ', $path: String!'}) {
  repository(owner: $owner, name: $name, followRenames: false) {
    at: ${field} { ${inside(isRoot ? rootBody : folderBody)} }
  }
}
fragment folder on Tree { entries { name type mode oid size } }`;
}

const folder = z.object({ entries: z.array(entry.extend({ name: z.string(), size: z.number().int() })).optional() });
const commit = z.object({
  tree: folder.optional(),
  file: z.object({ object: folder.nullable() }).nullish(),
});
const data = z.object({
  repository: z.object({ at: z.union([z.object({ target: commit.nullable() }), commit]).nullable() }).nullable(),
});

/** The entries of one folder of a commit or branch; null when it is no folder there. */
export async function readTree(session: Session, revision: string, path: string): Promise<TreeEntry[] | null> {
  const isCommit = /^[0-9a-f]{40}$/.test(revision);
  const document = documentFor(isCommit ? 'commit' : 'branch', path === '');
  const variables = { revision: isCommit ? revision : `refs/heads/${revision}`, ...(path === '' ? {} : { path }) };
  const { repository: found } = await session.query({ document, variables, data });
  if (!found) throw noRepository();
  const at = found.at !== null && 'target' in found.at ? found.at.target : found.at;
  const entries = at?.tree?.entries ?? at?.file?.object?.entries;
  return (
    entries?.map((each) => ({
      path: path === '' ? each.name : `${path}/${each.name}`,
      type: typeOf(each),
      mode: modeOf(each),
      size: typeOf(each) === 'file' ? each.size : null,
      oid: each.oid,
    })) ?? null
  );
}
