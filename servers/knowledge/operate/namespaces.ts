import { namespaceKey } from '#capabilities/knowledge/keys.ts';
import { AppError } from '#shared/errors.ts';
import {
  addNamespace,
  archiveNamespace,
  type NamespaceDefinition,
  namespaceByKey,
  setMember,
} from '../embedded/store/namespaces.ts';
import type { NamespaceRow } from '../embedded/store/rows.ts';
import type { Store } from '../embedded/store/store.ts';

/** How a namespace is made: its name, who it is for, and what people may do there, `*` being everybody. */
export type Namespace = Omit<NamespaceDefinition, 'key'> & {
  readonly members: Readonly<Record<string, 'read' | 'write'>>;
};

/** A namespace as the operator is told of it. */
export type NamespaceTold = Namespace & {
  readonly key: string;
  readonly archived: boolean;
  readonly pages: number;
  readonly trashed: number;
  readonly passages: number;
};

/** All that there are. */
export function listNamespaces(store: Store): readonly NamespaceTold[] {
  return store.read(() =>
    store.all<NamespaceRow>('select * from namespace order by key').map((row) => {
      const { key, name, audience, archived, passages } = row;
      const { pages, trashed } = store.one<{ pages: number; trashed: number }>(
        `select count(*) filter (where trashed = 0) as pages, count(*) filter (where trashed = 1) as trashed from page
         where namespace = ? and (published is not null or exists (select 1 from draft where draft.page = page.id))`,
        row.id,
      ) ?? { pages: 0, trashed: 0 };
      return {
        key,
        name,
        audience,
        archived: archived === 1,
        pages,
        trashed,
        passages,
        members: membersOf(store, row),
      };
    }),
  );
}

/** A blueprint has to be able to name it. Throws AppError `bad_configuration`. */
function assertKey(key: string): void {
  if (namespaceKey.safeParse(key).success) return;
  throw new AppError('bad_configuration', `${JSON.stringify(key)} cannot be the key of a namespace.`, {
    next: 'Letters, digits, ".", "_" and "-", such as "handbook"; it begins with a letter or a digit.',
  });
}

/** Makes a namespace, or says of one that is there what people may do, and whether it is archived. */
export function addOrSet(
  store: Store,
  key: string,
  wanted: { readonly make: Namespace; readonly archived: boolean | null },
): { readonly made: boolean } {
  return store.write(() => {
    const known = namespaceByKey(store, key);
    if (known === null) assertKey(key);
    const id = known?.id ?? addNamespace(store, { key, name: wanted.make.name, audience: wanted.make.audience });
    for (const [login, access] of Object.entries(wanted.make.members)) setMember(store, id, login, access);
    if (wanted.archived !== null) archiveNamespace(store, key, wanted.archived);
    return { made: known === null };
  });
}

/**
 * The namespace that something is taken into, made where that was asked for. Throws AppError `bad_configuration` where it is
 * not there, or archived.
 */
export function openNamespace(
  store: Store,
  { namespace: key, make }: { readonly namespace: string; readonly make: Namespace | null },
): NamespaceRow {
  if (make !== null) addOrSet(store, key, { make, archived: null });
  const row = namespaceByKey(store, key);
  if (row === null) {
    const next = 'Give it a --name to make it, or see "countersign knowledge namespaces".';
    throw new AppError('bad_configuration', `There is no namespace ${JSON.stringify(key)}.`, { next });
  }
  if (row.archived === 0) return row;
  throw new AppError('bad_configuration', `The namespace ${row.key} is archived: nothing can be written to it.`);
}

function membersOf(store: Store, { id }: NamespaceRow): Namespace['members'] {
  const rows = store.all<{ login: string; access: 'read' | 'write' }>(
    'select login, access from member where namespace = ? order by login',
    id,
  );
  return Object.fromEntries(rows.map(({ login, access }) => [login, access]));
}
