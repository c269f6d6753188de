import { parseXml, type XmlNode } from '#capabilities/knowledge/storage/xml.ts';

export type FakeUser = {
  readonly accountId: string;
  readonly accountType: 'atlassian' | 'app' | 'customer';
  readonly displayName: string;
  readonly isExternalCollaborator: boolean;
  readonly groups: readonly string[];
};
export type FakeSpace = {
  readonly id: string;
  key: string;
  readonly name: string;
  status: 'current' | 'archived';
  /** What accounts and groups may do there: `read space`, `create page`. */
  readonly permissions: Map<string, ReadonlySet<string>>;
  homepageId: string;
};
export type FakeVersion = {
  readonly number: number;
  readonly createdAt: string;
  readonly message: string;
  readonly authorId: string;
  readonly title: string;
  readonly body: string;
};
export type FakePage = {
  readonly id: string;
  spaceId: string;
  parentId: string | null;
  status: 'current' | 'archived' | 'trashed' | 'draft';
  readonly authorId: string;
  readonly versions: FakeVersion[];
  /** Who alone may see it; everybody of the space where it is null. */
  restrictedTo: ReadonlySet<string> | null;
};
export type FakeComment = {
  readonly id: string;
  readonly pageId: string;
  readonly parentCommentId: string | null;
  readonly versions: FakeVersion[];
};

/** What somebody who works in a space may do. */
export const everything = new Set([
  ...['read space', 'create page', 'update page', 'delete page', 'create comment', 'create attachment'],
]);

/** Of what is newest of a page or comment. */
export function newest({ versions }: { readonly versions: readonly FakeVersion[] }): FakeVersion {
  const found = versions.at(-1);
  if (found === undefined) throw new Error('it has no version');
  return found;
}

/** What one site of Confluence keeps. People act by `page`, `edit`, `moveTo`, `bin` and `say`. */
export class ConfluenceSite {
  readonly users = new Map<string, FakeUser>();
  readonly spaces: FakeSpace[] = [];
  readonly pages = new Map<string, FakePage>();
  readonly comments = new Map<string, FakeComment>();
  /** What a search finds, page by page: behind the pages while it is held. */
  readonly index = new Map<string, FakeVersion>();
  indexHeld = false;
  #ids = 65_000;
  #last = 0;

  id(): string {
    this.#ids += 7;
    return String(this.#ids);
  }

  /** No two things happen at the same time. */
  at(): string {
    this.#last = Math.max(Date.now(), this.#last + 1);
    return new Date(this.#last).toISOString();
  }

  user(displayName: string, more: Partial<FakeUser> = {}): FakeUser {
    const accountId = `712020:${crypto.randomUUID()}`;
    const made: FakeUser = {
      ...{ accountId, displayName, accountType: 'atlassian', isExternalCollaborator: false, groups: [] },
      ...more,
    };
    this.users.set(accountId, made);
    return made;
  }

  space(key: string, name = `Space ${key}`): FakeSpace {
    const made: FakeSpace = { id: this.id(), key, name, status: 'current', permissions: new Map(), homepageId: '' };
    this.spaces.push(made);
    made.homepageId = this.page(made.id, { title: `${key} Home`, body: '', by: 'nobody' }).id;
    return made;
  }

  spaceOf({ spaceId }: Pick<FakePage, 'spaceId'>): FakeSpace {
    const found = this.spaces.find(({ id }) => id === spaceId);
    if (found === undefined) throw new Error('no such space');
    return found;
  }

  /** What an account may do in a space, of itself and by its groups. */
  may(account: string, space: FakeSpace, what = 'read space'): boolean {
    const ours = [account, ...(this.users.get(account)?.groups ?? [])];
    return ours.some((one) => space.permissions.get(one)?.has(what) === true);
  }

  sees(account: string, page: FakePage): boolean {
    const isOpen = page.restrictedTo === null || page.restrictedTo.has(account);
    return page.status !== 'draft' && isOpen && this.may(account, this.spaceOf(page));
  }

  page(
    spaceId: string,
    { title, body, by, parentId = null }: { title: string; body: string; by: string; parentId?: string | null },
  ): FakePage {
    const first = { number: 1, createdAt: this.at(), message: '', authorId: by, title, body: stored(body) };
    const made: FakePage = {
      ...{ id: this.id(), spaceId, parentId, status: 'current', authorId: by },
      ...{ versions: [first], restrictedTo: null },
    };
    this.pages.set(made.id, made);
    this.#learn(made);
    return made;
  }

  edit(page: FakePage, by: string, to: { title?: string; body?: string; message?: string }): FakeVersion {
    const { number, title, body } = newest(page);
    const next = { title: to.title ?? title, body: to.body === undefined ? body : stored(to.body) };
    const version = { number: number + 1, createdAt: this.at(), message: to.message ?? '', authorId: by, ...next };
    page.versions.push(version);
    this.#learn(page);
    return version;
  }

  /** With all that is under it; no version tells of it. */
  moveTo(page: FakePage, spaceId: string, parentId: string | null): void {
    for (const each of this.under(page.id)) each.spaceId = spaceId;
    page.spaceId = spaceId;
    page.parentId = parentId;
  }

  /** What is under it comes under what it was under. */
  bin(page: FakePage): void {
    for (const child of this.childrenOf(page.id)) child.parentId = page.parentId;
    page.status = 'trashed';
    this.#learn(page);
  }

  /** To where it was, if that is there. */
  unbin(page: FakePage): void {
    const holder = page.parentId === null ? undefined : this.pages.get(page.parentId);
    if (holder?.status !== 'current') page.parentId = null;
    page.status = 'current';
    this.#learn(page);
  }

  childrenOf(id: string): FakePage[] {
    return [...this.pages.values()].filter(({ parentId, status }) => parentId === id && status === 'current');
  }

  under(id: string): FakePage[] {
    return this.childrenOf(id).flatMap((child) => [child, ...this.under(child.id)]);
  }

  /** From the top. */
  above({ parentId }: FakePage): FakePage[] {
    const holder = parentId === null ? undefined : this.pages.get(parentId);
    return holder === undefined ? [] : [...this.above(holder), holder];
  }

  say(page: FakePage, body: string, by: string, parentCommentId: string | null = null): FakeComment {
    const first = { number: 1, createdAt: this.at(), message: '', authorId: by, title: '', body: stored(body) };
    const made = { id: this.id(), pageId: page.id, parentCommentId, versions: [first] };
    this.comments.set(made.id, made);
    return made;
  }

  /** The index learns nothing from now on, until `indexHeld` is false and something is asked of it. */
  search(): readonly (readonly [page: FakePage, indexed: FakeVersion])[] {
    if (!this.indexHeld) for (const page of this.pages.values()) this.#learn(page);
    return [...this.index].flatMap(([id, indexed]) => {
      const page = this.pages.get(id);
      return page === undefined ? [] : [[page, indexed] as const];
    });
  }

  #learn(page: FakePage): void {
    if (this.indexHeld) return;
    if (page.status === 'current') this.index.set(page.id, newest(page));
    else this.index.delete(page.id);
  }
}

/** A document as it is kept: macros get names, and so do paragraphs. Throws for what is no document. */
function stored(body: string): string {
  parseXml(body);
  return body
    .replaceAll('<ac:structured-macro ac:name="code">', () => {
      return `<ac:structured-macro ac:name="code" ac:schema-version="1" ac:macro-id="${crypto.randomUUID()}">`;
    })
    .replaceAll('<p />', '<p></p>');
}

/** The words of a document; none of one that is none. */
export function wordsOf(body: string): string {
  const words = (nodes: readonly XmlNode[]): string =>
    nodes.map((node) => (node.kind === 'text' ? node.text : ` ${words(node.children)} `)).join('');
  try {
    return words(parseXml(body)).replace(/\s+/gu, ' ');
  } catch {
    return '';
  }
}
