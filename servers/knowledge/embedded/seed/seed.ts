import { byPerson, imported } from '../store/author.ts';
import { addCommentRow } from '../store/comments.ts';
import { addNamespace, addPerson, type NamespaceDefinition, setMember } from '../store/namespaces.ts';
import { addPage, revisePage } from '../store/pages.ts';
import type { Store } from '../store/store.ts';
import { code } from './handbook-code.ts';
import { work } from './handbook-work.ts';
import { notes, people } from './others.ts';
import type { Script } from './script.ts';

type Members = Readonly<Record<string, 'read' | 'write'>>;

const team: Members = { alice: 'write', bob: 'write', carol: 'write', operator: 'write', tomas: 'read' };

const namespaces: readonly (NamespaceDefinition & { readonly members: Members; readonly pages: readonly Script[] })[] =
  [
    { key: 'handbook', name: 'Storefront handbook', audience: 'internal', members: team, pages: [...code, ...work] },
    { key: 'notes', name: 'Notes of agents', audience: 'internal', members: team, pages: notes },
    { key: 'people', name: 'People', audience: 'private', members: { alice: 'write' }, pages: people },
  ];

/** Those of the demo's repositories and tickets. */
const names = {
  alice: 'Alice Moreau',
  bob: 'Bob Lindqvist',
  carol: 'Carol Okafor',
  operator: 'Olu Prasad',
  tomas: 'Tomás Rey',
};

/** Puts the demo's namespaces into a new knowledge base, in the transaction that it is given. */
export function seed(store: Store): void {
  for (const [login, name] of Object.entries(names)) addPerson(store, login, name);
  for (const { members, pages, ...definition } of namespaces) {
    const namespace = addNamespace(store, definition);
    for (const [login, access] of Object.entries(members)) setMember(store, namespace, login, access);
    const made = new Map<string, number>();
    for (const script of pages) made.set(script.path, play(store, namespace, script, made));
  }
}

/** Makes a page as it came about; answers its number. */
function play(store: Store, namespace: number, script: Script, made: ReadonlyMap<string, number>): number {
  const { path, title, under, by, from, text, later = [], comments = [] } = script;
  const parent = under === undefined ? null : (made.get(under) ?? null);
  const author = from === undefined ? byPerson(by) : imported(from, 'untrusted');
  const first = { title, text, author, note: null, at: Date.parse(script.at) };
  const { page } = addPage(store, { ...first, namespace, parent, path });
  for (const each of later) {
    const about = { page, title, text: each.text, note: null, accepted: true };
    revisePage(store, { ...about, at: Date.parse(each.at), author: byPerson(each.by) });
  }
  for (const each of comments) {
    const about = { page, text: each.text, replyTo: null, accepted: true };
    addCommentRow(store, { ...about, at: Date.parse(each.at), author: byPerson(each.by) });
  }
  return page;
}
