import { expect, test } from 'vitest';
import { effectViews } from '#servers/approvals/view/effects.ts';
import { effectsSince } from '#servers/approvals/view/since-effects.ts';
import { renderEffects } from '#servers/cli/render/effects.ts';
import { stageContents } from '#shared/changes/contents.ts';
import type { Effect } from '#shared/tools/index.ts';

const contents = stageContents();
const side = (text: string) => ({ content: contents.putText(text), mode: '100644' as const, binary: false });
const one = { kind: 'file', path: 'a.txt', before: side('1\n'), after: side('3\n') } as const;

const effects: readonly Effect[] = [
  one,
  { ...one, after: side('2\n'), commit: 1 },
  { ...one, before: side('2\n'), commit: 2 },
];

test('what one of several commits does is shown as that, beside what all of them come to', () => {
  const shown = effectViews(effects, contents);
  expect(shown.map((view) => ('commit' in view ? view.commit : null))).toEqual([null, 1, 2]);
  const diffs = shown.map((view) => view.kind === 'file' && view.diff?.hunks.flatMap(({ lines }) => lines));
  expect(diffs).toEqual([
    ['-1', '+3'],
    ['-1', '+2'],
    ['-2', '+3'],
  ]);
});

test('and is compared with the same commit of the version before', () => {
  const later = effects.map((effect) =>
    effect.kind === 'file' && effect.commit === 1 ? { ...one, commit: 1 } : effect,
  );
  const { parts, same } = effectsSince(effects, later);
  expect(same).toEqual(['a.txt', 'a.txt (commit 2)']);
  expect(parts).toMatchObject([
    { what: 'changed', effect: { path: 'a.txt', before: side('2\n'), after: side('3\n') } },
  ]);
});

test('and named on the terminal', () => {
  const before = { mode: '100644', bytes: 2, sha256: '0', binary: false, line_ends: 'LF' };
  const file = {
    kind: 'file' as const,
    path: 'a.txt',
    moved_from: null,
    moved_to: null,
    before,
    after: before,
    diff: null,
  };
  expect(renderEffects([{ ...file, commit: 2 }]).join()).toContain('edit a.txt in commit 2');
});

test('a long text is compared with the version before by what it is', () => {
  const text = (after: string): Effect => ({
    ...{ kind: 'text', target: 'page "Install"', field: 'text', before: null, after: contents.putText(after) },
  });
  const { parts, same } = effectsSince([text('one')], [text('two')]);
  expect(
    effectViews(
      parts.map(({ effect }) => effect),
      contents,
    ),
  ).toMatchObject([{ before: 'one', after: 'two' }]);
  expect(same).toEqual([]);
  expect(effectsSince([text('one')], [text('one')]).same).toEqual(['page "Install": text']);
  expect(effectsSince([text('one')], []).parts).toMatchObject([{ what: 'dropped', effect: { after: null } }]);
});
