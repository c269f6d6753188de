import { isBinary, mostShown } from '#capabilities/repo/encoding.ts';
import type { FoundFile, RepoState } from '#capabilities/repo/types.ts';
import type { ContentReader, FieldEffect, FileEffect, FileState } from '#shared/tools/index.ts';
import { type FilePlan, filesByPath, modeAfter } from './file-plan.ts';

/** What a plan does to each file, in order of path. */
export function fileEffects(plan: FilePlan, before: RepoState, contents: ContentReader): readonly FileEffect[] {
  const fileAt = filesByPath(before);
  const written = plan.additions.map((addition): FileEffect => {
    const { path, content, movedFrom } = addition;
    const there = fileAt(path);
    return {
      kind: 'file',
      path,
      ...(movedFrom === null ? {} : { movedFrom }),
      before: stateOf(there),
      after: {
        content,
        mode: modeAfter(addition, there),
        binary: content.bytes > mostShown || isBinary(contents.text(content)),
      },
    };
  });
  const gone = plan.deletions.map(
    (path): FileEffect => ({ kind: 'file', path, before: stateOf(fileAt(path)), after: null }),
  );
  return [...written, ...gone].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/** What is shown of a file on one side. */
export function stateOf(file: FoundFile | null): FileState | null {
  return file === null ? null : { content: file.content, mode: file.mode, binary: file.binary };
}

/** Fields of one thing that change. */
export function fieldEffects(
  target: string,
  fields: { readonly [field: string]: readonly [before: string | null, after: string | null] },
): readonly FieldEffect[] {
  return Object.entries(fields).map(([field, [before, after]]) => ({ kind: 'field', target, field, before, after }));
}
