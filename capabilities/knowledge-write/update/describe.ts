import { shorten } from '#capabilities/common/text.ts';
import type { ContentReader, Description, Effect, Flag, Restoring } from '#shared/tools/index.ts';
import { textIn } from '../kept.ts';
import { named } from '../names.ts';
import { shownPlace } from '../places.ts';
import { audienceOf, leavesOrganisation, notifies } from '../reaches.ts';
import { pageResource, quarantineOf } from '../tool.ts';
import { flagsOf } from '../warnings.ts';
import type { UpdatePlan, UpdateState, Words } from './plan.ts';
import { keysOf, sameWords, type WordsKey, withWords } from './words.ts';

export const updateRestoring: Restoring = {
  kept: ['The title and the text of the page as they were: the text in the form that the backend has it.'],
  back: ['Each of them as it was, unless somebody else changed it since.'],
  cannot: [
    'Notifications cannot be called back, and who has read it has read it.',
    'The history of the page shows the change and the restore.',
    'What waited in quarantine and was ended by it does not wait again.',
  ],
};

/**
 * What an approver is shown is the difference to what everybody else sees: who approves a change that is made on a draft
 * accepts all that is in it.
 */
export function describeUpdate(plan: UpdatePlan, before: UpdateState, contents: ContentReader): Description {
  const { page } = plan;
  const { at, words, published = words, backend } = before;
  const after = withWords(plan.from, plan.to);
  const known = published && textIn(published.body, contents);
  return {
    summary: `Change ${named(page)}: ${keysOf(plan.to)
      .map((key) => partOf(key, plan))
      .join(', ')}${withDraft(before)}`,
    effects: effectsOf(before, published, after),
    touches: [pageResource(page)],
    flags: [
      ...flagsOf([
        { name: 'the title', text: after.title, known: published?.title ?? null },
        { name: 'the text', text: textIn(after.body, contents), known },
      ]),
      ...overwriteFlags(plan),
    ],
    reaches: [notifies(page), ...leavesOrganisation(at.place.namespace)],
    reversible: { kind: 'partial', lost: [...updateRestoring.cannot] },
    ...audienceOf(at.place.namespace),
    ...quarantineOf(backend),
  };
}

function partOf(key: WordsKey, { to }: UpdatePlan): string {
  return key === 'title' ? `call it ${JSON.stringify(shorten(to.title ?? '', 120))}` : 'change its text';
}

function withDraft({ published }: UpdateState): string {
  if (published === undefined) return '';
  return published === null ? ', which others do not see yet' : ', on a draft that waits in quarantine';
}

function effectsOf({ at, published: others }: UpdateState, published: Words | null, after: Words): readonly Effect[] {
  const target = `page ${named({ title: published?.title ?? at.ref.title })}`;
  const differs = keysOf(after).filter((key) => published === null || !sameWords(key, published, after));
  const effects = differs.map((key): Effect => {
    if (key === 'title')
      return { kind: 'field', target, field: key, before: published?.title ?? null, after: after.title };
    return { kind: 'text', target, field: key, before: published?.body.text ?? null, after: after.body.text };
  });
  const place: Effect = { kind: 'field', target, field: 'place', before: null, after: shownPlace(at.place) };
  if (published === null) return [place, ...effects];
  return others === undefined || effects.length > 0 ? effects : [noDraft(target)];
}

/** A draft that becomes what others see already is no difference to them. */
function noDraft(target: string): Effect {
  return { kind: 'field', target, field: 'draft', before: 'waits until a person accepts it', after: null };
}

function overwriteFlags({ overwrites, page }: UpdatePlan): readonly Flag[] {
  if (overwrites.length === 0) return [];
  const what = overwrites.join(' and the ');
  return [{ code: 'overwrites_others', message: `Takes back what others did since to the ${what} of ${named(page)}.` }];
}
