import type { Sql } from '#shared/sqlite/sql.ts';
import { keepHeadings, packAgain } from './rewrite.ts';

/** Where a text comes from: the columns that revisions and comments share. */
const provenance = `
    kind text not null check (kind in ('person', 'agent', 'imported')), person text, agent text, sponsor text,
    session_from text, session_to text, source text, trust text not null check (trust in ('trusted', 'untrusted'))`;

/**
 * What the file of a knowledge base is made of, in steps: `user_version` says how many of them were taken. A step that was
 * released is never changed; one that is no text goes over what is there. Times are milliseconds since 1970. Each namespace has a table of words of its own beside
 * these, `words_ID`, so that its statistics are of nothing else.
 */
export const migrations: readonly (string | ((sql: Sql) => void))[] = [
  `
  create table about (name text primary key, value text not null) strict;
  create table person (login text primary key collate nocase, name text not null) strict;

  create table namespace (
    id integer primary key autoincrement, ref text not null unique, key text not null unique collate nocase, name text not null,
    audience text not null check (audience in ('public', 'internal', 'private')),
    archived integer not null default 0 check (archived in (0, 1)),
    passages integer not null default 0, tokens integer not null default 0
  ) strict;
  create table member (
    namespace integer not null references namespace (id), login text not null collate nocase,
    access text not null check (access in ('read', 'write')), primary key (namespace, login)
  ) strict, without rowid;

  create table page (
    id integer primary key autoincrement, ref text not null unique, namespace integer not null references namespace (id),
    parent integer references page (id), position integer not null, trashed integer not null default 0 check (trashed in (0, 1)),
    published integer references revision (id), path text, created_at integer not null, updated_at integer not null
  ) strict;
  create index pages_by_place on page (namespace, parent, position, id);
  create index pages_by_parent on page (parent);
  create index pages_by_path on page (namespace, path);

  create table body (id integer primary key, digest blob not null unique, packed blob not null) strict;
  create table revision (
    id integer primary key autoincrement, ref text not null unique, page integer not null references page (id),
    at integer not null, title text not null, body integer not null references body (id), ${provenance},
    note text, accepted integer not null check (accepted in (0, 1))
  ) strict;
  create index revisions_of_page on revision (page, id);
  create index revisions_of_body on revision (body);

  create table head (
    id integer primary key autoincrement, page integer not null references page (id), at integer not null,
    revision integer references revision (id)
  ) strict;
  create index heads_of_page on head (page, at, id);
  create table draft (
    page integer not null references page (id), agent text not null, revision integer not null references revision (id),
    primary key (page, agent)
  ) strict, without rowid;
  create table place (
    id integer primary key autoincrement, page integer not null references page (id), at integer not null,
    namespace integer not null references namespace (id), parent integer references page (id), trashed integer not null,
    change_id text
  ) strict;
  create index places_of_page on place (page, at, id);
  create index places_of_namespace on place (namespace, page);

  create table comment (
    id integer primary key autoincrement, ref text not null unique, page integer not null references page (id),
    body text not null, reply_to integer references comment (id), ${provenance},
    accepted integer not null check (accepted in (0, 1)), created_at integer not null, updated_at integer not null
  ) strict;
  create index comments_of_page on comment (page, id);

  create table link (
    page integer not null references page (id), kind text not null check (kind in ('page', 'path')), target text not null,
    primary key (page, kind, target)
  ) strict, without rowid;
  create index links_to on link (kind, target, page);
  create table passage (
    id integer primary key autoincrement, page integer not null references page (id),
    namespace integer not null references namespace (id), first integer not null, last integer not null, tokens integer not null
  ) strict;
  create index passages_of_page on passage (page, tokens);

  create table done (
    change_id text not null, token text not null, write text not null, result text not null, at integer not null,
    primary key (change_id, token, write)
  ) strict, without rowid;

  -- A page can be gone for good only once its row is here: nothing else takes away what was kept.
  create table forgotten (page integer primary key, at integer not null) strict;

  create trigger page_above_itself before update of parent on page
    when new.parent is not null and exists (
      with recursive up (id) as (select new.parent union select page.parent from page join up on page.id = up.id)
      select 1 from up where id = new.id
    ) begin select raise(abort, 'a page cannot be above itself'); end;
  ${kept('revision', ['id', 'ref', 'page', 'at', 'title', 'body', 'kind', 'person', 'agent', 'sponsor', 'source', 'trust'])}
  ${kept('head')}
  ${kept('place')}
  ${kept('comment', ['id', 'ref', 'page', 'reply_to', 'created_at'])}
  ${kept('page', ['id', 'ref', 'created_at'], 'id')}
  create trigger done_no_update before update on done begin select raise(abort, 'done is kept'); end;
  create trigger done_no_delete before delete on done begin select raise(abort, 'done is kept'); end;
  `,
  // So that what a search shows needs no whole page: where texts can be unpacked from, and the headings of passages.
  `
  alter table body add column cuts text;
  alter table passage add column headings text;
  `,
  packAgain,
  keepHeadings,
];

/** Keeps rows from being deleted but with their page, and these columns (all, unless given) as they are. */
function kept(table: string, columns: readonly string[] = [], page = 'page'): string {
  const of = columns.length === 0 ? '' : ` of ${columns.join(', ')}`;
  return `create trigger ${table}_no_update before update${of} on ${table} begin select raise(abort, '${table} is kept'); end;
  create trigger ${table}_no_delete before delete on ${table} when not exists (select 1 from forgotten where page = old.${page})
    begin select raise(abort, '${table} is kept'); end;`;
}
