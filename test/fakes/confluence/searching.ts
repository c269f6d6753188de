import type { Answer } from '../common/answer.ts';
import { type Clause, JqlError, parseJql, phrasesOf } from '../jira/jql.ts';
import { type Call, listed, Refusal } from './call.ts';
import { type FakePage, type FakeVersion, newest, wordsOf } from './site.ts';

export function search(call: Call): Answer {
  const { site, account, query } = call;
  let where: Clause | null;
  try {
    ({ where } = parseJql(query.get('cql') ?? ''));
  } catch (error) {
    if (error instanceof JqlError) throw new Refusal(400, 'Could not parse cql');
    throw error;
  }
  const found = site.search().filter(([page, indexed]) => {
    const isThere = page.status === 'current' && site.sees(account, page);
    return isThere && where !== null && matches(call, where, page, indexed);
  });
  const results = found.map(([page, indexed]) => ({
    content: { id: page.id, type: 'page', status: 'current', title: newest(page).title },
    ...{ title: indexed.title, excerpt: excerptOf(indexed, query.get('cql') ?? ''), url: '/', entityType: 'content' },
  }));
  return listed(call, 'rest/api/search', results, 50);
}

function matches(call: Call, clause: Clause, page: FakePage, indexed: FakeVersion): boolean {
  if (clause.kind === 'not') return !matches(call, clause.part, page, indexed);
  if (clause.kind === 'and') return clause.parts.every((part) => matches(call, part, page, indexed));
  if (clause.kind !== 'test') return clause.parts.some((part) => matches(call, part, page, indexed));
  const values = clause.values.map(({ text }) => text);
  const [value = ''] = values;
  switch (`${clause.field} ${clause.operator}`) {
    case 'type =':
      return value === 'page';
    case 'space =': {
      if (!call.site.spaces.some(({ key }) => key === value)) throw new Refusal(400, `No space with key ${value}`);
      return call.site.spaceOf(page).key === value;
    }
    case 'ancestor in':
      return call.site.above(page).some(({ id }) => values.includes(id));
    case 'id in':
      return values.includes(page.id);
    case 'text ~':
      return phrasesOf(value).every((phrase) => has(`${indexed.title} ${wordsOf(indexed.body)}`, phrase));
    default:
      throw new Refusal(400, `Nothing is known of ${clause.field} ${clause.operator}`);
  }
}

const has = (text: string, phrase: string): boolean => text.toLowerCase().includes(phrase.toLowerCase());

/** Words around the first that was found, marked as Confluence marks them. */
function excerptOf(indexed: FakeVersion, cql: string): string {
  const words = wordsOf(indexed.body);
  const [, phrase = ''] = /text ~ "\\"(.*?)\\""/u.exec(cql) ?? [];
  const at = words.toLowerCase().indexOf(phrase.toLowerCase());
  if (at === -1) return words.slice(0, 200);
  const marked = `@@@hl@@@${words.slice(at, at + phrase.length)}@@@endhl@@@`;
  return words.slice(Math.max(0, at - 80), at) + marked + words.slice(at + phrase.length, at + phrase.length + 120);
}
