import type { ContentReader, Effect, FieldEffect, FileEffect, FileState, TextEffect } from '#shared/tools/index.ts';
import { type DiffBudget, diffOf, type FileDiff, partOf, shownLines } from './diff.ts';
import { reveal } from './reveal.ts';

/** All that is needed of contents to show them. */
type TextReader = Pick<ContentReader, 'text'>;

/** One side of a file, in facts. `line_ends` is null for what is not shown as text. */
type SideView = {
  readonly mode: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly binary: boolean;
  readonly line_ends: 'LF' | 'CRLF' | 'mixed' | null;
};

export type FileView = {
  readonly kind: 'file';
  readonly path: string;
  /** Which of several commits does it; absent for what all of them come to. */
  readonly commit?: number;
  readonly moved_from: string | null;
  readonly moved_to: string | null;
  readonly before: SideView | null;
  readonly after: SideView | null;
  /** Null where there is nothing to compare as text: binary files, and content that stays as it is. */
  readonly diff: FileDiff | null;
};

export type FieldView = {
  readonly kind: 'field';
  readonly target: string;
  readonly field: string;
  readonly before: string | null;
  readonly after: string | null;
  /** What differs between texts of several lines; absent where that is shown as well by the two of them. */
  readonly diff?: FileDiff;
};

/**
 * All effects of a change, or `only` one. Every text in them is safe to look at. Of the differences there are at most so
 * many `lines` in all; how many each has is said with it.
 */
export function effectViews(
  effects: readonly Effect[],
  contents: TextReader,
  { lines = Number.POSITIVE_INFINITY, only }: { readonly lines?: number | undefined; readonly only?: number } = {},
): readonly (FileView | FieldView)[] {
  const budget: DiffBudget = { left: 1_500 };
  const files = effects.filter((effect) => effect.kind === 'file');
  const wanted = only === undefined ? effects : effects.slice(only, only + 1);
  let left = lines;
  return wanted.map((effect) => {
    if (effect.kind !== 'file') {
      const view = fieldView(effect.kind === 'text' ? withTexts(effect, contents) : effect, budget);
      if (view.diff === undefined) return view;
      const { diff, ...whole } = view;
      if (shownLines(diff) > left) return whole;
      left -= shownLines(diff);
      return view;
    }
    const view = fileView(effect, { files, contents, budget });
    if (view.diff === null) return view;
    const diff = partOf(view.diff, 0, left);
    left -= shownLines(diff);
    return { ...view, diff };
  });
}

function fieldView({ target, field, before, after }: FieldEffect, budget: DiffBudget): FieldView {
  const shown = (value: string | null) => (value === null ? null : reveal(value));
  return {
    ...{ kind: 'field', target: reveal(target), field: reveal(field), before: shown(before), after: shown(after) },
    ...(before !== null && after !== null && isLong(before, after) && { diff: fieldDiff(before, after, budget) }),
  };
}

/** A text is shown as a field is; where it was dropped since, by what it was. */
function withTexts(effect: TextEffect, contents: TextReader): FieldEffect {
  const text = (ref: TextEffect['before']) =>
    ref && (contents.text(ref) ?? `${ref.bytes} bytes, SHA-256 ${ref.sha256}, not here any more`);
  return { ...effect, kind: 'field', before: text(effect.before), after: text(effect.after) };
}

/** Where one line stands for another, the two of them say it. */
function isLong(before: string, after: string): boolean {
  return before !== '' && after !== '' && `${before}${after}`.includes('\n');
}

/** No text of a field ends with a line end, and nobody has to be told so. */
function fieldDiff(before: string, after: string, budget: DiffBudget): FileDiff {
  const end = before.endsWith('\n') || after.endsWith('\n') ? '' : '\n';
  return diffOf(before + end, after + end, budget);
}

type Among = { readonly files: readonly FileEffect[]; readonly contents: TextReader; readonly budget: DiffBudget };

function fileView(effect: FileEffect, { files, contents, budget }: Among): FileView {
  const { path, movedFrom } = effect;
  const beside = files.filter(({ commit }) => commit === effect.commit);
  const source = beside.find((one) => one.path === movedFrom);
  const moved = beside.find((one) => one.movedFrom === path && sameContent(one.after, effect.before));
  const compared = { before: effect.before ?? source?.before ?? null, after: effect.after };
  const [before, after] = [textOf(compared.before, contents), textOf(compared.after, contents)];
  const gone = effect.after === null && moved !== undefined;
  const isText = before !== null && after !== null;
  return {
    kind: 'file',
    path: reveal(path),
    ...(effect.commit !== undefined && { commit: effect.commit }),
    moved_from: movedFrom === undefined ? null : reveal(movedFrom),
    moved_to: gone ? reveal(moved.path) : null,
    before: sideOf(effect.before, contents),
    after: sideOf(effect.after, contents),
    diff: !isText || gone || sameContent(compared.before, compared.after) ? null : textDiff(before, after, budget),
  };
}

/** Where both sides end all lines with CRLF, that is said once and not at every line. */
function textDiff(before: string, after: string, budget: DiffBudget): FileDiff {
  const windows = [before, after].every((text) => text === '' || lineEnds(text) === 'CRLF');
  const plain = (text: string) => (windows ? text.replaceAll('\r\n', '\n') : text);
  return diffOf(plain(before), plain(after), budget);
}

function sameContent(one: FileState | null, other: FileState | null): boolean {
  return one !== null && other !== null && one.content.sha256 === other.content.sha256;
}

/** Empty where there is no file, null where it is not text. */
function textOf(state: FileState | null, contents: TextReader): string | null {
  if (state === null) return '';
  return state.binary ? null : contents.text(state.content);
}

function sideOf(state: FileState | null, contents: TextReader): SideView | null {
  if (state === null) return null;
  const text = textOf(state, contents);
  return {
    mode: state.mode,
    ...state.content,
    binary: state.binary,
    line_ends: text === null ? null : lineEnds(text),
  };
}

function lineEnds(text: string): 'LF' | 'CRLF' | 'mixed' {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  if (windows === 0) return 'LF';
  return windows === all ? 'CRLF' : 'mixed';
}
