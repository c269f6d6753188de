import { describe, expect, test } from 'vitest';
import { forIndex, indexed, phrase } from '#capabilities/common/words.ts';

describe('a text in the index', () => {
  test.each([
    ['Prices show €12.5', 'Prices show €12.5'],
    ['返品の手順', '返品 品の の手 手順 順'],
    ['第3版', '第 3 版'],
    ['ｶﾞｲﾄﾞ', 'ガイ イド ド'],
    ['done🚀now', 'done 🚀 now'],
    ['in\u200Bvis\u{E0041}ible', 'invisible'],
  ])('%s', (text, words) => {
    expect(indexed(text).trim().replaceAll(/ +/g, ' ')).toBe(words);
  });
});

describe('what is searched for', () => {
  test.each([
    ['shop', '"shop"'],
    ['wrong total', '"wrong total"'],
    ['返品', '"返品"'],
    ['返', '"返" *'],
    ['第3版', '"第 3 版" *'],
    ['東京2026', '"東京 京 2026"'],
    ['a" OR title : "b', '"a OR title : b"'],
    ['NEAR(a, b)', '"NEAR(a, b)"'],
    ['pri*', '"pri*"'],
    ['a\0b', '"a b"'],
  ])('%s', (text, wanted) => {
    expect(phrase(text)?.replaceAll(/ +/g, ' ').replaceAll('" ', '"').replaceAll(' "', '"').replace('"*', '" *')).toBe(
      wanted,
    );
  });

  test.each(['', '   ', '-', '"', '*', '\u200B', '、。'])('nothing, where %j has no word', (text) => {
    expect(phrase(text)).toBeNull();
  });
});

describe('a text that floods an index', () => {
  const countOf = (word: string, text: string): number => text.split(/\s+/u).filter((one) => one === word).length;

  test('has each word some times, however it is spelt, and a place for each that was left out', () => {
    const words = forIndex(`${'Teapot teapot '.repeat(500)}kettle`);
    expect(countOf('Teapot', words) + countOf('teapot', words)).toBe(64);
    expect(countOf('\u{10FFFD}', words)).toBe(936);
    expect(countOf('kettle', words)).toBe(1);
    expect(countOf('ああ', forIndex('あ'.repeat(10_000)))).toBe(64);
  });

  test('what stands for words that were left out is itself in no text and no search', () => {
    expect(forIndex('a\u{10FFFD}b').trim()).toBe('a b');
    expect(phrase('a\u{10FFFD}b')).toBe('"a b"');
    expect(phrase('\u{10FFFD}')).toBeNull();
  });

  test('a search has phrases of so many words', () => {
    expect(countOf('a', forIndex(phrase('a-'.repeat(200))?.replaceAll(/["-]/gu, ' ') ?? ''))).toBe(64);
    expect(phrase('あ'.repeat(200))?.match(/ああ/gu)).toHaveLength(64);
    expect(phrase(`${'a-'.repeat(200)}返`)).not.toContain('*');
  });
});
