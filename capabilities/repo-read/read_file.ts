import * as z from 'zod';
import { type Slice, sliceLines } from '#capabilities/common/slice.ts';
import { telling, toldIn } from '#capabilities/common/telling.ts';
import { untrusted, untrustedNote } from '#capabilities/common/untrusted.ts';
import { decodeUtf8, encodeBase64, isBinary } from '#capabilities/repo/encoding.ts';
import { repoPath } from '#capabilities/repo/paths.ts';
import { AppError } from '#shared/errors.ts';
import { placeOf } from './locate.ts';
import type { FileAt } from './ports.ts';
import { refInput } from './ref.ts';
import { toldOfPath } from './told.ts';
import { readTool, repositoryInput } from './tool.ts';

/** Room for content in a result of 12 KB, in bytes of JSON. */
const contentBytes = 9_500;
/** So many bytes fit into that as base64. */
const maxBase64Bytes = 7_000;

const input = z.strictObject({
  repository: repositoryInput,
  path: repoPath.describe('The file, from the root of the repository.'),
  ref: refInput,
  start_line: z.number().int().min(1).default(1).describe('The first line wanted, from 1.'),
  start_column: z
    .number()
    .int()
    .min(1)
    .default(1)
    .describe('Where in that line to begin, from 1; to go on in a very long line.'),
  end_line: z.number().int().min(1).optional().describe('The last line wanted; the last of the file unless given.'),
  base64: z
    .boolean()
    .default(false)
    .describe(`Whether to answer in base64: for binary files of at most ${maxBase64Bytes} bytes.`),
});
type Input = z.infer<typeof input>;

const part = z.strictObject({
  encoding: z.enum(['text', 'base64', 'none']),
  content: z.string(),
  start_line: z.number().int().nullable(),
  end_line: z.number().int().nullable(),
  total_lines: z.number().int().nullable(),
  truncated: z.boolean(),
  next: z.string().nullable(),
});
type Part = z.infer<typeof part>;

export const readFile = readTool({
  name: 'read_file',
  title: 'Read a file',
  description: `Reads a file of a repository at a branch or commit, whole or by lines. A long file comes in parts: \`next\` says how to read on. Binary files are named as such, with their size. ${untrustedNote}`,
  input,
  output: z.strictObject({
    repository: z.string(),
    path: z.string(),
    commit: z.string(),
    type: z.enum(['file', 'symlink', 'submodule']),
    executable: z.boolean(),
    size: z.number().int().nullable(),
    ...part.shape,
    untrusted: untrusted(['content']),
  }),
  asks: ({ repository, path }) => [{ want: 'read', repository, path }],
  read: async (wanted, reader, may) => {
    const at = await placeOf(reader, wanted, may);
    const { repository, commit } = at;
    const found = (await reader.files(repository, commit, [wanted.path])).get(wanted.path) ?? null;
    if (found === null || found.type === 'directory') throw notAFile(wanted.path, commit, found !== null);
    const shown = {
      repository,
      path: wanted.path,
      commit,
      type: found.type,
      executable: found.mode === '100755',
      size: found.bytes?.byteLength ?? null,
      ...partOf(found, wanted),
      untrusted: ['content' as const],
    };
    return telling(shown, toldOfPath(at, wanted.path, 'file'));
  },
  told: toldIn,
});

function notAFile(path: string, commit: string, folder: boolean): AppError {
  const what = `${JSON.stringify(path)} at ${commit.slice(0, 12)}`;
  return folder
    ? new AppError('conflict', `${what} is a folder.`, { next: 'list_files shows what is in it.' })
    : new AppError('not_found', `There is no file ${what}.`, { next: 'list_files shows what is there.' });
}

function partOf(file: FileAt, wanted: Input): Part {
  if (file.bytes === null) return without('A submodule: its files are in a repository of their own.');
  if (wanted.base64) return asBase64(file.bytes);
  const text = decodeUtf8(file.bytes);
  if (text === null || isBinary(text)) {
    const small = file.bytes.byteLength <= maxBase64Bytes;
    return without(small ? 'A binary file: read it with base64: true.' : 'A binary file, too large to be shown.');
  }
  const slice = sliceLines(text, {
    startLine: wanted.start_line,
    startColumn: wanted.start_column,
    endLine: wanted.end_line ?? Number.MAX_SAFE_INTEGER,
    maxBytes: contentBytes,
  });
  return asText(slice, wanted);
}

function asText(slice: Slice, wanted: Input): Part {
  if (wanted.start_line > Math.max(slice.totalLines, 1)) {
    throw new AppError(
      'invalid_arguments',
      `start_line is ${wanted.start_line}, but the file has ${slice.totalLines} lines.`,
    );
  }
  if (wanted.end_line !== undefined && wanted.end_line < wanted.start_line) {
    throw new AppError('invalid_arguments', 'end_line is before start_line.');
  }
  const { next } = slice;
  const column = next === null || next.column === 1 ? '' : `, start_column: ${next.column}`;
  return {
    encoding: 'text',
    content: slice.content,
    start_line: slice.startLine,
    end_line: slice.endLine,
    total_lines: slice.totalLines,
    truncated: next !== null,
    next: next === null ? null : `Read on with start_line: ${next.line}${column}, and ref set to this commit.`,
  };
}

function asBase64(bytes: Uint8Array): Part {
  if (bytes.byteLength > maxBase64Bytes) {
    throw new AppError('too_large', `The file has ${bytes.byteLength} bytes; base64 is given up to ${maxBase64Bytes}.`);
  }
  return { ...without(null), encoding: 'base64', content: encodeBase64(bytes) };
}

function without(next: string | null): Part {
  return { encoding: 'none', content: '', start_line: null, end_line: null, total_lines: null, truncated: false, next };
}
