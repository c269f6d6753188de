import { addBasics } from '#servers/tickets/embedded/people/basics.ts';
import { addPerson, createProject } from '#servers/tickets/embedded/people/projects.ts';
import { people, projects } from '#servers/tickets/embedded/seed/projects.ts';
import type { Tracker } from '#servers/tickets/embedded/tracker/tracker.ts';
import type { Writing } from '#servers/tickets/embedded/write/open-ticket.ts';
import { perform } from '#servers/tickets/embedded/write/perform.ts';
import type { Sql } from '#shared/sqlite/sql.ts';

/** The words of the texts, the first ones more often than the last. */
export const words = {
  english:
    'price cart order page error customer button stock refund login session basket discount label invoice shipping address ' +
    'mobile timeout slow crash image search filter export import report email account payment currency tax total amount wrong ' +
    'missing empty broken late double header footer layout colour font language translation server cache index query database ' +
    'backup restore release version test coverage flaky build deploy rollback config token proxy',
  japanese:
    '商品 返品 在庫 注文 配送 価格 決済 住所 検索 画像 表示 不具合 遅延 領収書 割引 会員 登録 解約 返金 問い合わせ',
} as const;

const [english, japanese] = [words.english.split(' '), words.japanese.split(' ')];

/** Labels and references that only a few tickets have. */
export const rare = {
  label: (at: number): string => `area-${at % 300}`,
  word: (at: number): string => `ref${at % 20_000}`,
};

/** The same numbers each time: what is measured must not hang on luck. */
function numbers(): (below: number) => number {
  let state = 1;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return (state >> 8) % below;
  };
}

/** People and the projects of the demo, without its tickets. */
export function withoutTickets(sql: Sql): void {
  addBasics(sql);
  for (const person of people) addPerson(sql, person);
  for (const project of projects) createProject(sql, project);
}

const perTransaction = 1_000;

/** Makes that many tickets, one of seven in Japanese, with a comment each on average; a thousand to a transaction. */
export function fill(tracker: Tracker, count: number): void {
  const random = numbers();
  const usual = (list: readonly string[]): string => list[Math.floor(list.length * (random(1_000) / 1_000) ** 2)] ?? '';
  const sentence = (isJapanese: boolean): string => {
    if (isJapanese) return `${Array.from({ length: 6 }, () => usual(japanese)).join('の')}。`;
    return `${Array.from({ length: 12 }, () => usual(english)).join(' ')} ${rare.word(random(1_000_000))}.`;
  };
  const project = { id: '1', key: 'WEB', name: 'Storefront', customers: false } as const;
  const type = { id: '2', name: 'Task' } as const;
  for (let made = 0; made < count; made += perTransaction) {
    tracker.write(() => {
      for (let at = made; at < Math.min(count, made + perTransaction); at += 1) {
        const writing: Writing = { tracker, actor: { person: 2 + random(4), changeId: null }, at: tracker.now() };
        const say = (): string => sentence(at % 7 === 0);
        const text = `${say()}\n\n${say()}\n\n${say()}`;
        const fields = {
          ...{ title: say().slice(0, 80), description: { format: 'markdown', text } as const },
          labels: [usual(english), ...(random(3) === 0 ? [rare.label(random(300))] : [])],
          assignees: random(3) === 0 ? [] : [{ id: String(1 + random(5)), name: '', standing: 'member' } as const],
          priority: { id: String(1 + random(4)), name: '' },
        };
        const { id, key } = perform(writing, { kind: 'create', project, type, fields });
        const ticket = { id, key: key ?? '', url: '', project };
        for (let left = random(3); left > 0; left -= 1) {
          perform(writing, { kind: 'comment', ticket, body: { format: 'markdown', text: say() }, visibleTo: 'team' });
        }
      }
    });
  }
}
