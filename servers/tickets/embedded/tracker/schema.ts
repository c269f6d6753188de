/**
 * What the file of a tracker is made of, in steps: `user_version` says how many of them were taken. A step that was
 * released is never changed. Times are milliseconds since 1970; what is shown of a change is kept as text.
 */
export const migrations: readonly string[] = [
  `
  create table about (name text primary key, value text not null) strict;

  create table person (
    id integer primary key, login text not null unique collate nocase, name text not null,
    email text unique collate nocase, app integer not null check (app in (0, 1))
  ) strict;
  create table priority (id integer primary key, name text not null unique) strict;
  create table link_type (id integer primary key, outward text not null unique, inward text not null) strict;

  create table project (
    id integer primary key, key text not null unique, name text not null,
    audience text not null check (audience in ('public', 'internal', 'private')),
    customers integer not null check (customers in (0, 1)), archived integer not null default 0 check (archived in (0, 1)),
    last_number integer not null default 0
  ) strict;
  create table member (
    project integer not null references project (id), person integer not null references person (id),
    standing text not null check (standing in ('member', 'app', 'guest', 'customer')),
    access text not null check (access in ('read', 'write')), primary key (project, person)
  ) strict, without rowid;

  create table status (
    id integer primary key, project integer not null references project (id), name text not null,
    category text not null check (category in ('todo', 'in_progress', 'done')), unique (project, name)
  ) strict;
  create table type (
    id integer primary key, project integer not null references project (id), name text not null,
    start integer not null references status (id), unique (project, name)
  ) strict;
  create table transition (
    id integer primary key, type integer not null references type (id), name text not null,
    source integer not null references status (id), target integer not null references status (id),
    unique (type, source, name)
  ) strict;
  create table field (
    id integer primary key, project integer not null references project (id), name text not null,
    kind text not null check (kind in ('text', 'number', 'date', 'option')), options text not null, unique (project, name)
  ) strict;
  create table type_field (
    type integer not null references type (id), field integer not null references field (id),
    required integer not null check (required in (0, 1)), primary key (type, field)
  ) strict, without rowid;
  create table transition_field (
    transition integer not null references transition (id), field integer not null references field (id),
    primary key (transition, field)
  ) strict, without rowid;

  create table ticket (
    id integer primary key autoincrement, project integer not null references project (id),
    key text not null unique, type integer not null references type (id), title text not null, description text,
    status integer not null references status (id), priority integer references priority (id),
    parent integer references ticket (id), due text, reporter integer references person (id),
    archived integer not null default 0 check (archived in (0, 1)),
    created_at integer not null, updated_at integer not null, version integer not null default 1
  ) strict;
  create index tickets_by_update on ticket (project, archived, updated_at, id, status, type, priority);
  create index tickets_by_creation on ticket (project, archived, created_at, id, status, type, priority);
  create index tickets_of_reporter on ticket (reporter);
  create table ticket_key (key text primary key, ticket integer not null references ticket (id)) strict, without rowid;
  create table ticket_label (
    ticket integer not null references ticket (id), folded text not null, label text not null, primary key (ticket, folded)
  ) strict, without rowid;
  create index tickets_of_label on ticket_label (folded, ticket);
  create table ticket_assignee (
    ticket integer not null references ticket (id), person integer not null references person (id),
    primary key (ticket, person)
  ) strict, without rowid;
  create index tickets_of_assignee on ticket_assignee (person, ticket);
  create table ticket_value (
    ticket integer not null references ticket (id), field integer not null references field (id), value text not null,
    primary key (ticket, field)
  ) strict, without rowid;
  create table link (
    id integer primary key autoincrement, type integer not null references link_type (id),
    outward integer not null references ticket (id), inward integer not null references ticket (id),
    unique (type, outward, inward)
  ) strict;
  create index links_outward on link (outward);
  create index links_inward on link (inward);
  create table comment (
    id integer primary key autoincrement, ticket integer not null references ticket (id), number integer not null,
    author integer not null references person (id), body text not null,
    visible_to text not null check (visible_to in ('team', 'customers')),
    created_at integer not null, updated_at integer not null, unique (ticket, number)
  ) strict;

  create table event (
    id integer primary key autoincrement, ticket integer not null references ticket (id), at integer not null,
    person integer not null references person (id), change_id text
  ) strict;
  create index events_of_ticket on event (ticket, id);
  create table event_change (
    event integer not null references event (id), position integer not null, field text not null, before text, after text,
    primary key (event, position)
  ) strict, without rowid;

  create table done (
    change_id text not null, token text not null, write text not null, result text not null, at integer not null,
    primary key (change_id, token, write)
  ) strict, without rowid;

  create virtual table words using fts5 (
    title, body, content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co So'"
  );
  ${kept('event')}
  ${kept('event_change')}
  ${kept('done')}
  ${kept('ticket_key', ['delete'])}
  ${kept('ticket', ['delete'])}
  ${kept('comment', ['delete'])}
  `,
];

/** Keeps rows as they are, or at least from being deleted. */
function kept(table: string, from: readonly ('update' | 'delete')[] = ['update', 'delete']): string {
  const trigger = (what: string): string =>
    `create trigger ${table}_no_${what} before ${what} on ${table} begin select raise(abort, '${table} is kept'); end;`;
  return from.map(trigger).join('\n  ');
}
