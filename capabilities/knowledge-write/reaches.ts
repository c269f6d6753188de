import type { NamespaceRef, PageRef } from '#capabilities/knowledge/types.ts';
import type { Description, Reach } from '#shared/tools/index.ts';
import { named } from './names.ts';

/** What nobody can call back once it was read. */
export function leavesOrganisation({ key, audience }: Pick<NamespaceRef, 'key' | 'audience'>): readonly Reach[] {
  if (audience !== 'public') return [];
  return [{ code: 'leaves_organisation', message: `${key} is public: everybody can read it.` }];
}

/** Who is told of whatever is done to a page. */
export function notifies({ title }: Pick<PageRef, 'title'>): Reach {
  return { code: 'notifies', message: `Whoever follows ${named({ title })} is notified.` };
}

/** Who can see a namespace, where that is known. */
export function audienceOf({ audience }: Pick<NamespaceRef, 'audience'>): Pick<Description, 'audience'> {
  return audience === undefined ? {} : { audience };
}
