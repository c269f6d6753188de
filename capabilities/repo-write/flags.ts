import { findHidden } from '#capabilities/common/hidden-characters.ts';
import { hiddenFlag, type NamedText } from '#capabilities/common/hidden-flags.ts';
import { listed } from '#capabilities/common/listed.ts';
import { scanFlags } from '#capabilities/common/scan-flags.ts';
import type { ContentReader, FileEffect, FileState, Flag } from '#shared/tools/index.ts';
import { kindFlags } from './file-kinds.ts';

/** What an approver should not overlook in the files and texts of a change. */
export function flagsOf(change: {
  readonly effects: readonly FileEffect[];
  readonly texts: readonly NamedText[];
  readonly contents: ContentReader;
}): readonly Flag[] {
  const { effects, texts, contents } = change;
  const moved = new Set(effects.map(({ movedFrom }) => movedFrom));
  const deleted = effects.filter(({ path, after }) => after === null && !moved.has(path)).map(({ path }) => path);
  const binary = effects.filter(({ after }) => after?.binary === true).map(({ path }) => path);
  return [
    ...kindFlags([...new Set(effects.map(({ path }) => path))]),
    ...flag('deletion', 'Deletes', deleted),
    ...flag('binary', 'Writes files that cannot be shown as text:', binary),
    ...flag('executable', 'Makes executable:', turned(effects, '100755')),
    ...flag('symbolic_link', 'Makes symbolic links:', turned(effects, '120000')),
    ...texts.flatMap(({ name, text }) => hiddenFlag(name, findHidden(text))),
    ...texts.flatMap((each) => scanFlags(each)),
    ...effects.flatMap((effect) => hiddenInFile(effect, contents)),
  ];
}

function flag(code: Flag['code'], says: string, paths: readonly string[]): readonly Flag[] {
  return paths.length === 0 ? [] : [{ code, message: `${says} ${listed([...new Set(paths)])}.` }];
}

/** The files that get a mode which they did not have, at the path that they had. */
function turned(effects: readonly FileEffect[], mode: FileState['mode']): readonly string[] {
  // Of several of one path the first says what was there.
  const first = new Map(effects.toReversed().map((effect) => [effect.path, effect.before?.mode]));
  const had = (path: string) => first.get(path) === mode;
  return effects
    .filter(
      ({ path, movedFrom, before, after }) => after?.mode === mode && before?.mode !== mode && !had(movedFrom ?? path),
    )
    .map(({ path }) => path);
}

/** Only what the change brings in: lines that were there before are no news. */
function hiddenInFile(effect: FileEffect, contents: ContentReader): readonly Flag[] {
  const name = JSON.stringify(effect.path);
  const inName = hiddenFlag(`the path ${name}`, findHidden(effect.path));
  if (effect.after === null || effect.after.binary || effect.movedFrom !== undefined) return inName;
  const text = contents.text(effect.after.content);
  const known = effect.before === null ? null : contents.text(effect.before.content);
  const lines = new Set(known?.split(/\r?\n/u) ?? []);
  return [...inName, ...(text === null ? [] : hiddenFlag(name, findHidden(text, lines)))];
}
