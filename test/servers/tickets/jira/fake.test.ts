import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containsPhrase, inIds, inTexts, minuteIn, quoted } from '#servers/tickets/jira/jql.ts';
import { invalidAdf } from '#test/fakes/jira/adf.ts';
import { JqlError, parseJql, phrasesOf } from '#test/fakes/jira/jql.ts';
import { jiraContract, noSchema } from '#test/fakes/jira/schema.ts';
import { paragraph } from '#test/fakes/jira/site.ts';

describe.skipIf(noSchema !== null)(`what Jira publishes of its API${noSchema ? ` (skipped: ${noSchema})` : ''}`, () => {
  test('is what the fake holds requests and answers against', () => {
    const contract = jiraContract();
    const asked = (template: string, query = '', body: unknown = undefined, method = 'GET') =>
      contract?.request({ method, template: `/rest/api/3/${template}`, query: new URLSearchParams(query), body });
    expect(asked('myself')).toBeNull();
    expect(asked('searches', 'jql=x')).toMatch(/not in the document/);
    expect(asked('myself', 'unknown=1')).toMatch(/no parameter/);
    expect(asked('issue/{issueIdOrKey}/comment', 'maxResults=many')).toMatch(/maxResults/);
    expect(asked('user/permission/search', 'accountId=a')).toMatch(/needs the parameter permissions/);
    expect(asked('comment/list', '', { ids: ['one'] }, 'POST')).toMatch(/ids/);
    expect(asked('issueLink', '', { type: { id: '1' } }, 'POST')).toMatch(/required/);
  });
});

describe('a value in JQL', () => {
  test('is read back as it was, whatever is in it, and ends where it ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { where } = parseJql(`labels = ${quoted(text)} AND project IN (1)`);
        expect(where).toMatchObject({
          parts: [{ parts: [{ field: 'labels', values: [{ text, quoted: true }] }, { field: 'project' }] }],
        });
      }),
    );
  });

  test('that is searched for stays one phrase, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (text) => {
        const { where } = parseJql(containsPhrase(text));
        const clause = where as unknown as { parts: [{ parts: [{ values: [{ text: string }] }] }] };
        expect(phrasesOf(clause.parts[0].parts[0].values[0].text)).toEqual([text]);
      }),
    );
  });

  test('of an id is a number or nothing', () => {
    expect(inIds('project', ['1', '20'])).toBe('project IN (1, 20)');
    expect(() => inIds('project', ['1) OR project IN (2'])).toThrow(RangeError);
    expect(() => inIds('project', [])).toThrow(RangeError);
    expect(inTexts('assignee', ['a"b'])).toBe('assignee IN ("a\\"b")');
  });

  test('of a time is the one of the account, also where clocks change', () => {
    expect(minuteIn('Asia/Tokyo', Date.parse('2026-11-22T00:00:00Z'))).toBe('2026-11-22 09:00');
    expect(minuteIn('America/New_York', Date.parse('2026-11-01T00:00:00Z'))).toBe('2026-10-31 20:00');
    expect(minuteIn('America/New_York', Date.parse('2026-11-02T00:00:00Z'))).toBe('2026-11-01 19:00');
  });
});

describe('the fake', () => {
  test.each(['project = ', 'project ~~ x', 'a = b OR', 'labels = "open', 'labels = "\\q"', 'a = b) OR (c = d'])(
    'takes no query that is none: %j',
    (jql) => {
      expect(() => parseJql(jql)).toThrow(JqlError);
    },
  );

  test('takes a document, and none that its format does not have', () => {
    const doc = (...content: object[]): object => ({ version: 1, type: 'doc', content });
    expect(invalidAdf(paragraph('Hello'))).toBeNull();
    expect(invalidAdf({ type: 'doc', content: [] })).not.toBeNull();
    expect(invalidAdf(doc({ type: 'text', text: 'bare' }))).not.toBeNull();
    expect(invalidAdf(doc({ type: 'paragraph', content: [{ type: 'text', text: '' }] }))).not.toBeNull();
    expect(invalidAdf(doc({ type: 'paragraph', content: [{ type: 'mention', attrs: {} }] }))).not.toBeNull();
  });
});
