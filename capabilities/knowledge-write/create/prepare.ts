import { newDocument } from '#capabilities/knowledge/document.ts';
import type { Place } from '#capabilities/knowledge/types.ts';
import { AppError } from '#shared/errors.ts';
import type { Contents } from '#shared/tools/index.ts';
import { kept } from '../kept.ts';
import { assertNotTrashed } from '../tool.ts';
import type { WantedPage } from './look.ts';
import type { CreateState, MakePlan } from './plan.ts';

/** Where a new page will be: right under a page as it is now, or at the top of the namespace. */
export function placeFor({ namespace, under }: Pick<CreateState, 'namespace' | 'under'>): Place {
  if (under === null) return { namespace, above: [] };
  const { place, ref } = under;
  return { namespace: place.namespace, above: [...place.above, { id: ref.id, title: ref.title }] };
}

/** The plan of a new page. Throws AppError where there can be none. */
export function planPage(
  { namespace, parent, title, text }: WantedPage,
  before: CreateState,
  contents: Contents,
): MakePlan {
  const { under, backend, archived } = before;
  if (archived) throw new AppError('conflict', `${before.namespace.key} is archived: no page can be made in it.`);
  if (under !== null) assertNotTrashed(under);
  if (under !== null && under.ref.namespace.id !== before.namespace.id) {
    throw new AppError(
      'invalid_arguments',
      `The page ${JSON.stringify(parent)} is in another namespace than ${namespace}.`,
      {
        next: 'Give the namespace that it is in.',
      },
    );
  }
  const body = kept(newDocument(backend.documents, text), contents);
  return { kind: 'create', place: placeFor(before), title: title.trim(), body, once: backend.once };
}
