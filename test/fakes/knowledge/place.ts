import type { PageComment, PageDocument, Person, Provenance } from '#capabilities/knowledge/types.ts';
import type {
  KnowledgeBackend,
  KnowledgePage,
  KnowledgeReader,
  Namespace,
} from '#capabilities/knowledge-read/ports.ts';
import type { KnowledgeWriter, Written } from '#capabilities/knowledge-write/ports.ts';
import type { Viewer } from '#shared/tools/index.ts';
import { fakeReader } from './reading.ts';
import { people, seedBackend, seedNamespaces } from './seed.ts';
import { type KeptPage, type KeptRevision, last, published, type Store, urlOf } from './store.ts';
import { fakeWriter } from './writing.ts';

/** What goes wrong with the next write: lost on its way there, or its answer on the way back; or it is not taken. */
export type Fault = 'request_lost' | 'answer_lost' | 'unavailable' | 'refused';

/** What somebody says of a page that they make or change. */
type About = {
  readonly title?: string;
  readonly text?: string;
  readonly parent?: string | null;
  readonly by?: Person;
  readonly provenance?: Partial<Provenance>;
  readonly note?: string;
};

/**
 * A knowledge base in memory that behaves: namespaces, pages under pages, every revision, the trash, drafts in quarantine,
 * the past, comments, links, marks and preconditions.
 *
 * `const wiki = new FakeKnowledge()` has the namespaces handbook, runbooks, board and old (archived). People act by
 * `add('handbook', { title, text, parent })`, `edit`, `move`, `trash` and `say`; words of `people.carol` and `people.mallory`
 * are untrusted. Tools get `wiki.reader()` (for people) or `wiki.reader('deps-bot')` (for that agent) and `wiki.writer()`: a
 * write whose Origin says `accepted: false` waits, and only its agent and people see it. `page(id)` is what everybody
 * sees, `wiki.reads` and `wiki.writes` what was called, `fault` what goes wrong with the next write, `inBetween` what
 * somebody does right before it. `new FakeKnowledge({ quarantine: false, past: false, once: false, … })` lacks things.
 */
export class FakeKnowledge implements Store {
  readonly backend: KnowledgeBackend;
  /** By their keys. */
  readonly namespaces = new Map<string, Namespace>(seedNamespaces().map((each) => [each.key, each]));
  pages = new Map<string, KeptPage>();
  /** Writes that took effect, by mark and content. */
  readonly applied = new Map<string, Written>();
  /** Every call to a reader, and every write, by method or kind. */
  readonly reads: string[] = [];
  readonly writes: string[] = [];
  fault: Fault | null = null;
  /** Runs once, before the next write is looked at: what somebody else does after the last look. */
  inBetween: (() => void) | null = null;
  #minutes = 0;
  #ids = 0;

  constructor(backend: Partial<KnowledgeBackend> = {}) {
    this.backend = { ...seedBackend, ...backend };
  }

  /** What an agent reads, or people where none is named. */
  reader(agent?: string): KnowledgeReader {
    return fakeReader(this, agent === undefined ? { kind: 'people' } : { kind: 'agent', agent });
  }

  readerFor(viewer: Viewer): KnowledgeReader {
    return fakeReader(this, viewer);
  }

  writer(): KnowledgeWriter {
    return fakeWriter(this);
  }

  id(prefix: string): string {
    this.#ids += 1;
    return `${prefix}${this.#ids}`;
  }

  /** The time of what happens now: a minute after what happened before. */
  at(): string {
    this.#minutes += 1;
    return new Date(Date.UTC(2026, 10, 1) + this.#minutes * 60_000).toISOString();
  }

  /** Somebody makes a page; answers with its id. */
  add(namespace: string, about: About = {}): string {
    const id = this.id('P');
    const at = this.at();
    const revision = this.revision(at, { title: `Page ${id}`, text: '', ...about });
    const placed = [{ at, namespace, parent: about.parent ?? null, trashed: false }];
    const shown = [{ at, revision: revision.id }];
    this.pages.set(id, { id, createdAt: at, placed, shown, revisions: [revision], comments: [] });
    return id;
  }

  /** Somebody changes the title or the text of a page, whatever waits there; answers with the revision. */
  edit(id: string, about: Omit<About, 'parent'>): string {
    const at = this.at();
    const page = this.kept(id);
    const { title, body } = last(page.revisions.filter(({ state }) => state === 'published'));
    const revision = this.revision(at, { title, text: body.text, ...about });
    this.pages.set(id, published(page, revision, at));
    return revision.id;
  }

  /** Somebody moves a page, with all under it, to another parent or namespace. */
  move(id: string, to: { readonly namespace: string; readonly parent?: string | null }): void {
    const at = this.at();
    for (const page of [this.kept(id), ...this.below(id)]) {
      const placed = { ...last(page.placed), at, namespace: to.namespace };
      const parent = page.id === id ? (to.parent ?? null) : placed.parent;
      this.pages.set(page.id, { ...page, placed: [...page.placed, { ...placed, parent }] });
    }
  }

  /** Somebody puts a page into the trash, or takes it out. */
  trash(id: string, trashed = true): void {
    const page = this.kept(id);
    this.pages.set(id, { ...page, placed: [...page.placed, { ...last(page.placed), at: this.at(), trashed }] });
  }

  /** Somebody comments on a page. */
  say(id: string, text: string, about: Partial<PageComment> = {}): PageComment {
    const at = this.at();
    const author = about.author === undefined ? people.bob : about.author;
    const comment: PageComment = {
      ...{ id: this.id('C'), url: urlOf(id), author, body: this.document(text), replyTo: null },
      ...{ createdAt: at, updatedAt: at, provenance: provenanceOf(author) },
      ...about,
    };
    const page = this.kept(id);
    this.pages.set(id, { ...page, comments: [...page.comments, comment] });
    return comment;
  }

  /** Somebody changes a comment. */
  reword(id: string, comment: string, body: PageDocument): void {
    const page = this.kept(id);
    const updatedAt = this.at();
    const comments = page.comments.map((each) => (each.id === comment ? { ...each, body, updatedAt } : each));
    this.pages.set(id, { ...page, comments });
  }

  kept(id: string): KeptPage {
    const found = this.pages.get(id);
    if (found === undefined) throw new Error(`no page ${id}`);
    return found;
  }

  /** All pages under one, however deep. */
  below(id: string): readonly KeptPage[] {
    const children = [...this.pages.values()].filter((page) => last(page.placed).parent === id);
    return children.flatMap((child) => [child, ...this.below(child.id)]);
  }

  /** A page as an agent sees it that has written nothing. */
  async page(id: string): Promise<KnowledgePage> {
    const found = await fakeReader(this, { kind: 'agent', agent: 'nobody' }).page(id);
    if (found === null) throw new Error(`nobody sees a page ${id}`);
    return found;
  }

  revision(at: string, { title = '', text = '', by = people.alice, provenance, note }: About): KeptRevision {
    const body = this.document(text);
    const from = { ...provenanceOf(by), ...provenance };
    return { id: this.id('R'), at, title, body, provenance: from, note: note ?? null, state: 'published' };
  }

  /** Text in the form that texts have here. Its native form is made up: it holds the text and nothing else. */
  document(text: string): PageDocument {
    const format = this.backend.documents;
    if (format === 'markdown') return { format, text };
    return { format, text, native: JSON.stringify({ text }) };
  }
}

/** Of what somebody wrote who is no agent of ours. */
function provenanceOf(by: Person | null): Provenance {
  const isStranger = by === null || by.standing === 'guest' || by.standing === 'unknown';
  const trust = isStranger ? 'untrusted' : 'trusted';
  const none = { agent: null, sponsor: null, session: null, source: null };
  return { kind: 'person', by, ...none, trust, quarantined: false };
}
