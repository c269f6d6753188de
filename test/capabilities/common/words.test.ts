import { describe, expect, test } from 'vitest';
import { indexed, phrase } from '#capabilities/common/words.ts';

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
