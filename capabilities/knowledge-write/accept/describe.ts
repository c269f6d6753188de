import type { Provenance } from '#capabilities/knowledge/types.ts';
import type { ContentReader, Description, Effect, Flag, Restoring } from '#shared/tools/index.ts';
import { textIn } from '../kept.ts';
import { named } from '../names.ts';
import { shownPlace } from '../places.ts';
import { audienceOf, leavesOrganisation, notifies } from '../reaches.ts';
import { commentsResource, pageResource } from '../tool.ts';
import { flagsOf } from '../warnings.ts';
import { leastTrust } from './earlier.ts';
import type { AcceptPlan, AcceptState, CommentAcceptPlan, PageAcceptPlan } from './plan.ts';

export const acceptRestoring: Restoring = {
  kept: ['What everybody saw of the page, what waited, and who wrote it.'],
  back: ['What was accepted waits again, and everybody sees what they saw before, unless somebody wrote to it since.'],
  cannot: ['Notifications cannot be called back.', 'Who has read it meanwhile, people or agents, has read it.'],
};

export function describeAccept(plan: AcceptPlan, before: AcceptState, contents: ContentReader): Description {
  const { kind, page } = plan;
  const isOut = kind === 'accept';
  const what = whatOf(plan);
  return {
    summary: isOut ? `Let others find ${what} ${named(page)}` : `Let ${what} ${named(page)} wait again`,
    effects:
      plan.of === 'page'
        ? [...pageEffects(plan, before), ...writtenBy(plan.waiting.revision.provenance, plan)]
        : commentEffects(plan),
    touches: [plan.of === 'page' ? pageResource(page) : `${commentsResource(page)}/${plan.comment.id}`],
    flags: isOut ? flags(plan, contents) : [],
    reaches: [notifies(page), ...(isOut ? leavesOrganisation(page.namespace) : [])],
    reversible: { kind: 'partial', lost: [...acceptRestoring.cannot] },
    ...audienceOf(page.namespace),
  };
}

function whatOf(plan: AcceptPlan): string {
  if (plan.of === 'comment') return 'a comment on';
  return plan.published === null ? 'the new page' : 'what is new on';
}

const targetOf = ({ page }: Pick<AcceptPlan, 'page'>): string => `page ${named(page)}`;

/** The difference between what everybody sees and what waits; the other way round where that is taken back. */
function pageEffects(plan: PageAcceptPlan, { at }: AcceptState): readonly Effect[] {
  const { kind, published, waiting } = plan;
  const target = targetOf(plan);
  const sides = <T>(without: T | null, withIt: T) =>
    kind === 'accept' ? { before: without, after: withIt } : { before: withIt, after: without };
  const [was, is] = [published?.revision.title ?? null, waiting.revision.title];
  const isNew = published === null;
  return [
    ...(isNew ? [{ kind: 'field', target, field: 'seen by others', ...sides('no', 'yes') } as const] : []),
    ...(isNew ? [{ kind: 'field', target, field: 'place', ...sides(null, shownPlace(at.place)) } as const] : []),
    ...(was === is ? [] : [{ kind: 'field', target, field: 'title', ...sides(was, is) } as const]),
    { kind: 'text', target, field: 'text', ...sides(published?.body.text ?? null, waiting.body.text) },
  ];
}

function commentEffects(plan: CommentAcceptPlan): readonly Effect[] {
  const { kind, comment } = plan;
  const { text } = comment.body;
  const sides = kind === 'accept' ? { before: null, after: text } : { before: text, after: null };
  return [
    { kind: 'field', target: targetOf(plan), field: 'comment', ...sides },
    ...writtenBy(comment.provenance, plan),
  ];
}

/** Where it comes from: nothing of that changes, and it is what a person has to go by. */
function writtenBy(provenance: Provenance, plan: AcceptPlan): readonly Effect[] {
  const { agent, sponsor, session, source } = provenance;
  const earlier = plan.of === 'page' ? plan.earlier : undefined;
  const trust = leastTrust(provenance, earlier);
  const facts = {
    'written by agent': agent,
    'for sponsor': sponsor,
    'in session': session && `${session.from} to ${session.to}`,
    'by change': source,
    'and before, by changes': earlier?.map(({ change }) => change).join(', ') ?? null,
    trust: trust === 'trusted' ? trust : 'untrusted: its agent had read words of people who do not write here',
  };
  return Object.entries(facts).flatMap(([field, value]) =>
    value === null ? [] : [{ kind: 'field', target: targetOf(plan), field, before: null, after: value } as const],
  );
}

/** As of the text: what others see already is no news. */
function flags(plan: AcceptPlan, contents: ContentReader): readonly Flag[] {
  if (plan.of === 'comment') return flagsOf([{ name: 'the comment', text: plan.comment.body.text, known: null }]);
  const { waiting, published } = plan;
  const known = published && textIn(published.body, contents);
  return flagsOf([
    { name: 'the title', text: waiting.revision.title, known: published?.revision.title ?? null },
    { name: 'the text', text: textIn(waiting.body, contents), known },
  ]);
}
