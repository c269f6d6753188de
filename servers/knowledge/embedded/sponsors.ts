import type { KnowledgeAsk } from '#capabilities/knowledge/types.ts';
import type { SponsorAccess } from '#shared/changes/sponsors.ts';
import { absent } from '../absent.ts';
import { answer } from './store/answering.ts';
import { everybody } from './store/namespaces.ts';
import type { Store } from './store/store.ts';

/** What the knowledge base says that people may do in a namespace, by their user names: what it says of them, else of everybody. */
export function embeddedSponsors(
  store: Store,
  accountOf: (sponsor: string) => string | null,
): SponsorAccess<KnowledgeAsk> {
  return {
    accountOf,
    about: ({ namespace, want }) => ({ thing: namespace, wants: want }),
    levelOf: (account, namespace) =>
      answer(store, () => {
        const row = store.one<{ access: 'read' | 'write' }>(
          `select access from member join namespace on namespace.id = member.namespace
           where key = ? and login in (?, ?) order by login = ? limit 1`,
          ...[namespace, account, everybody, everybody],
        );
        return row?.access ?? 'none';
      }),
    absent,
  };
}
