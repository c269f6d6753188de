import Database from 'better-sqlite3';
import { bodyText } from '#servers/knowledge/embedded/store/bodies.ts';
import { quarantineOf } from '#shared/ledger/quarantine.ts';
import { type Sql, type SqlValue, statementsOf } from '#shared/sqlite/sql.ts';
import type { Bench } from './bench.ts';
import { inLedger, untruthIn } from './truth.ts';

type Row = Readonly<Record<string, string | number | null>>;

/** Looks into the file of the pages, whatever its server says. */
function lookInto<T>({ wiki }: Pick<Bench, 'wiki'>, look: (sql: Sql) => T): T {
  const database = new Database(wiki, { readonly: true, timeout: 10_000 });
  try {
    return look(statementsOf((text) => database.prepare<SqlValue[]>(text)));
  } finally {
    database.close();
  }
}

/** What a page says. */
export type Words = { readonly title: string; readonly text: string };

/** A comment on a page. */
type Said = { readonly id: string; readonly body: string; readonly accepted: number; readonly answers: string | null };

/** All that is there of a page, but for when and by whom, its versions, and its place among those beside it. */
export type Seen = {
  readonly parent: string | null;
  readonly trashed: number;
  /** What everybody sees. */
  readonly published: Words | null;
  /** What waits on it. */
  readonly drafts: readonly Words[];
  readonly comments: readonly Said[];
};

export function seenOf(bench: Bench, page: string): Seen {
  return lookInto(bench, (sql) => {
    const found = sql.one<{ id: number; parent: string | null; trashed: number; published: number | null }>(
      `select p.id, up.ref as parent, p.trashed, p.published from page p left join page up on up.id = p.parent
       where p.ref = ?`,
      page,
    );
    if (found === undefined) throw new Error(`there is no ${page}`);
    const { id, parent, trashed, published } = found;
    const wordsOf = (revision: number): Words => {
      const row = sql.one<{ title: string; body: number }>('select title, body from revision where id = ?', revision);
      if (row === undefined) throw new Error(`${page} has no such revision`);
      return { title: row.title, text: bodyText(sql, row.body) };
    };
    const drafts = sql.all<{ revision: number }>('select revision from draft where page = ? order by agent', id);
    const comments = sql.all<Said>(
      `select c.ref as id, c.body, c.accepted, up.ref as answers from comment c left join comment up on up.id = c.reply_to
       where c.page = ? order by c.id`,
      id,
    );
    return {
      ...{ parent, trashed, published: published === null ? null : wordsOf(published) },
      ...{ drafts: drafts.map(({ revision }) => wordsOf(revision)), comments },
    };
  });
}

/** The version of what everybody sees of a page. */
export function versionOf(bench: Bench, page: string): string {
  const sql = 'select r.ref from page p join revision r on r.id = p.published where p.ref = ?';
  return lookInto(bench, ({ one }) => String(one<{ ref: string }>(sql, page)?.ref));
}

/** How often the file tells of a change: as done, or in one page more than once. */
export function timesTold(bench: Bench, changeId: string): number {
  const kept = 'select count(*) as times from done where change_id = ?';
  const twice = `select count(*) as times from revision where source = ? group by page order by 1 desc limit 1`;
  return lookInto(bench, ({ one }) => {
    const times = (sql: string): number => one<{ times: number }>(sql, changeId)?.times ?? 0;
    return Math.max(times(kept), times(twice));
  });
}

/** The pages that a change made. */
export function madeBy(bench: Bench, changeId: string): readonly string[] {
  const sql = `select p.ref from page p join revision r on r.page = p.id
    where r.source = ? and r.id = (select min(id) from revision where page = p.id)`;
  return lookInto(bench, ({ all }) => all<{ ref: string }>(sql, changeId).map(({ ref }) => ref));
}

/** So many pages of strangers that nobody has read. */
export function strangersOf(bench: Bench, many: number): readonly string[] {
  const sql = `select p.ref from page p join revision r on r.page = p.id where r.person = 'guest' order by p.id limit ? offset ?`;
  return lookInto(bench, ({ all }) => all<{ ref: string }>(sql, many, many * bench.next()).map(({ ref }) => ref));
}

/** What is wrong with the pages, compared with the ledger; null when all of it is true. */
export async function untruthOf(bench: Bench): Promise<string | null> {
  const { writes, told, waiting, left } = lookInto(bench, ({ all }) => ({
    writes: all<{ id: string; result: string }>('select change_id as id, result from done order by at'),
    told: all<{ id: string }>(
      `select source as id from revision where source is not null union select source from comment where source is not null
       union select change_id from place where change_id is not null`,
    ),
    waiting: all<{ id: string }>(
      `select r.source as id from draft d join revision r on r.id = d.revision join page p on p.id = d.page where p.trashed = 0
       union select source from comment where accepted = 0`,
    ),
    left: all<{ thing: string; version: string }>(
      `select 'page:' || p.ref as thing, r.ref as version from page p join revision r on r.id = p.published
       union all select 'page:' || p.ref, r.ref from draft d join page p on p.id = d.page join revision r on r.id = d.revision`,
    ),
  }));
  const wrong = await untruthIn(bench, { server: 'knowledge', writes, told: told.map(({ id }) => id) });
  const ids = new Set(waiting.map(({ id }) => id));
  const versions = Map.groupBy(left, ({ thing }) => thing);
  return wrong ?? (await unsaidIn(bench, ids)) ?? (await leftOtherwise(bench, versions));
}

/** What waits in quarantine, and not in the trash, is what the ledger says does. */
function unsaidIn(bench: Bench, waiting: ReadonlySet<string>): Promise<string | null> {
  return inLedger(bench, async (db) => {
    const automatic = await db
      .selectFrom('decisions as d')
      .innerJoin('changes as c', 'c.id', 'd.change_id')
      .select('c.id')
      .where('c.server', '=', 'knowledge')
      .where('c.status', '=', 'applied')
      .where('d.verb', '=', 'approve')
      .where('d.issuer', 'like', 'countersign:%')
      .execute();
    const unseen = new Set(automatic.map(({ id }) => id));
    const seen = [...waiting].find((id) => !unseen.has(id));
    if (seen !== undefined) return `what ${seen} wrote waits, and somebody decided it`;
    for (const id of unseen) {
      const says = (await quarantineOf(db, id))?.waits === true;
      if (says !== waiting.has(id))
        return `the ledger says that ${id} ${says ? 'waits' : 'does not wait'}, and the file says otherwise`;
    }
    return null;
  });
}

/** What applied changes left last is what is there. */
function leftOtherwise(bench: Bench, versions: ReadonlyMap<string, readonly Row[]>): Promise<string | null> {
  return inLedger(bench, async (db) => {
    const rows = await db
      .selectFrom('things_left')
      .select(['thing', 'version', 'change_id'])
      .where('server', '=', 'knowledge')
      .where('version', 'is not', null)
      .orderBy('id')
      .execute();
    const last = new Map(rows.map((row) => [row.thing, row]));
    for (const { thing, version, change_id: id } of last.values()) {
      const there = versions.get(thing) ?? [];
      if (!there.some((row) => row['version'] === version))
        return `${id} left ${thing} at ${version}, which is not there`;
    }
    return null;
  });
}
