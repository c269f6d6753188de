import { expect, it } from 'vitest';
import { scan } from '#capabilities/common/scan/scan.ts';

const size = 1_000_000;

/** The beginning of what is looked for, over and over, and never the end of it. */
const beginnings = [
  'ignore ',
  'ignore all of the previous ',
  'do not reveal ',
  'you are now a ',
  'i g n o r e ',
  'a1',
  'a',
  '前',
  '前指示',
  'あなたは',
  'ユーザーに',
  '<!--',
  '![',
  '![a](https://a?',
  '[a](https://a.b',
  '](',
  '](a "',
  '<img src=',
  '<a href=https://a>',
  'send the conversation to ',
  'https://a.b',
  'alt="',
  '<b ',
  '-----BEGIN ',
  'data:image/',
  'QUJD ',
  'aB3/',
  '41 ',
  '%41',
  '&#65;',
  '\u200b',
  '\u{e0041}',
  '\n',
  ' \t',
  '.',
  '[a]: ',
];

const many = (beginning: string, length: number): string => beginning.repeat(Math.ceil(length / beginning.length));

it('is done with a million characters of what begins and never ends in moments', { timeout: 60_000 }, () => {
  const from = performance.now();
  scan(beginnings.map((beginning) => many(beginning, size / beginnings.length)).join('\n'));
  scan(many('ignore all of the previous ', size));
  scan(many('![', size));
  expect(performance.now() - from).toBeLessThan(40_000);
});

it.each(beginnings)('grows with the length of the text, and no faster: %j', { timeout: 30_000 }, (beginning) => {
  const from = performance.now();
  scan(many(beginning, size / 10));
  expect(performance.now() - from).toBeLessThan(10_000);
});
