import { expect, it } from 'vitest';
import { scan } from '#capabilities/common/scan/scan.ts';

const size = 1_000_000;

/** What takes less is not told apart from nothing, in microseconds. */
const tooShort = 5_000;

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

/**
 * The least time of three that a scan takes, in microseconds: of the processor and not of the clock, so that it is the same
 * whatever else the machine does.
 */
function workOf(text: string): number {
  const times = [1, 2, 3].map(() => {
    const from = process.cpuUsage();
    scan(text);
    const { user, system } = process.cpuUsage(from);
    return user + system;
  });
  return Math.min(...times);
}

it('is done with a million characters of what begins and never ends', () => {
  scan(beginnings.map((beginning) => many(beginning, size / beginnings.length)).join('\n'));
  scan(many('ignore all of the previous ', size));
  scan(many('![', size));
});

it.each(beginnings)('grows with the length of the text, and no faster: %j', (beginning) => {
  const little = Math.max(workOf(many(beginning, size / 80)), tooShort);
  // Eight times as long: eight times the work, where one that grows with the square has sixty-four times.
  expect(workOf(many(beginning, size / 10)) / little).toBeLessThan(40);
});
