import { randomUUID } from 'node:crypto';
import { Refusal } from './call.ts';
import { type Block, blocksOf, pagesIn } from './text.ts';

export type FakeUser = { readonly id: string; name: string; type: 'person' | 'bot'; guest: boolean };

export type FakePage = {
  readonly id: string;
  title: string;
  /** Null at the top of the workspace. */
  parent: string | null;
  blocks: readonly Block[];
  in_trash: boolean;
  /** Shared with the integration, with all that is under it. */
  shared: boolean;
  /** Given in part, because it is too long. */
  truncated: boolean;
  readonly created: string;
  readonly createdBy: string;
  edited: string;
  editedBy: string;
};

export type FakeComment = {
  readonly id: string;
  readonly pageId: string;
  readonly discussion: string;
  readonly by: string;
  text: readonly FakeText[];
  readonly created: string;
  edited: string;
};

export type FakeText = {
  readonly text: { readonly content: string; readonly link?: { readonly url: string } | null };
  readonly annotations?: Readonly<Record<string, boolean>>;
};

/** Notion tells times to the minute. */
const minute = (): string => new Date(Math.floor(Date.now() / 60_000) * 60_000).toISOString();

const hexOf = (id: string): string => id.replaceAll('-', '');
export const urlOf = ({ id }: Pick<FakePage, 'id'>): string => `https://app.notion.com/p/${hexOf(id)}`;

/** A workspace of Notion: who is there, its pages as blocks, and what is said on them. */
export class NotionWorkspace {
  readonly users: FakeUser[] = [];
  readonly pages = new Map<string, FakePage>();
  readonly comments: FakeComment[] = [];
  /** Where a search still believes a page to be: its index is behind. */
  readonly believed = new Map<string, string>();

  user(name: string, { type = 'person', guest = false }: Partial<FakeUser> = {}): FakeUser {
    const user: FakeUser = { id: randomUUID(), name, type, guest };
    this.users.push(user);
    return user;
  }

  page(about: { title: string; by: string; text?: string; parent?: string | null; shared?: boolean }): FakePage {
    const { title, by, text = '', parent = null, shared = false } = about;
    const now = minute();
    const page: FakePage = {
      ...{ id: randomUUID(), title, parent: null, blocks: blocksOf(text), in_trash: false, shared, truncated: false },
      ...{ created: now, createdBy: by, edited: now, editedBy: by },
    };
    this.pages.set(page.id, page);
    if (parent !== null) this.#put(page, this.#known(parent), by);
    return page;
  }

  /** Somebody's edit. */
  edit(
    page: FakePage,
    by: string,
    to: { readonly title?: string | undefined; readonly text?: string | undefined },
  ): void {
    if (to.title !== undefined) page.title = to.title;
    if (to.text !== undefined) this.write(page, by, to.text);
    this.#touch(page, by);
  }

  /** Other text of a page. Pages in it that are elsewhere come here, as Notion has it; none that is here may be missing. */
  write(page: FakePage, by: string, text: string, { mayDelete = false } = {}): void {
    const blocks = blocksOf(text, page.blocks);
    const wanted = blocks.flatMap(pagesIn);
    const missing = this.under(page.id).filter(({ id }) => !wanted.includes(id));
    if (missing.length > 0 && !mayDelete) {
      throw new Refusal(400, 'validation_error', 'This would delete child pages: set allow_deleting_content');
    }
    for (const id of wanted) {
      const moved = this.#known(id);
      if (moved.parent !== page.id) this.#take(moved);
      moved.parent = page.id;
    }
    page.blocks = blocks;
    this.#touch(page, by);
  }

  trash(page: FakePage, by: string, isIn: boolean): void {
    page.in_trash = isIn;
    this.#touch(page, by);
  }

  move(page: FakePage, to: string, by: string): void {
    const holder = this.#known(to);
    if (holder.id === page.id || this.above(holder).some(({ id }) => id === page.id)) {
      throw new Refusal(400, 'validation_error', 'A page cannot be moved under itself');
    }
    this.#take(page);
    this.#put(page, holder, by);
  }

  say(page: FakePage, by: string, text: readonly FakeText[], discussion: string = randomUUID()): FakeComment {
    const now = minute();
    const comment = { id: randomUUID(), pageId: page.id, discussion, by, text, created: now, edited: now };
    this.comments.push(comment);
    return comment;
  }

  reword(comment: FakeComment, text: readonly FakeText[]): void {
    comment.text = text;
    comment.edited = minute();
  }

  above({ parent }: FakePage): readonly FakePage[] {
    const holder = parent === null ? undefined : this.pages.get(parent);
    return holder === undefined ? [] : [holder, ...this.above(holder)];
  }

  under(id: string): readonly FakePage[] {
    return [...this.pages.values()].filter(({ parent, in_trash }) => parent === id && !in_trash);
  }

  /** What a page reads as: where pages are in it, with the titles that they have now, and without those in the trash. */
  textOf({ blocks }: FakePage): string {
    const shown = blocks.filter(({ page }) => page === null || this.pages.get(page)?.in_trash === false);
    return shown.map(({ lines, page }) => (page === null ? lines.join('\n') : this.#lineOf(page))).join('\n');
  }

  sees(page: FakePage): boolean {
    return page.shared || this.above(page).some(({ shared }) => shared);
  }

  #lineOf(id: string): string {
    const page = this.#known(id);
    return `<page url="${urlOf(page)}">${page.title.replace(/[\\*~`$[\]<>{}|^]/gu, '\\$&')}</page>`;
  }

  #put(page: FakePage, holder: FakePage, by: string): void {
    page.parent = holder.id;
    const line = `<page url="${urlOf(page)}"></page>`;
    holder.blocks = [...holder.blocks, { id: page.id, lines: [line], page: page.id }];
    this.#touch(holder, by);
  }

  #take(page: FakePage): void {
    const holder = page.parent === null ? undefined : this.pages.get(page.parent);
    if (holder !== undefined) holder.blocks = holder.blocks.filter((block) => block.page !== page.id);
  }

  #touch(page: FakePage, by: string): void {
    page.edited = minute();
    page.editedBy = by;
  }

  #known(id: string): FakePage {
    const page = this.pages.get(id);
    if (page === undefined) throw new Refusal(404, 'object_not_found', `Could not find page with ID: ${id}.`);
    return page;
  }
}
