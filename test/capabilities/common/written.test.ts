import { expect, test } from 'vitest';
import { titleText } from '#capabilities/common/written.ts';

const title = titleText(255);

test.each(['\u200b', '\u2060\u202e', ' \u00ad ', '\u3164', '\ufe0f', '\u2800', ' ', ''])(
  '%j is no title: nothing of it shows',
  (text) => {
    expect(title.safeParse(text).success).toBe(false);
  },
);

test.each(['a', '\u200ba', '文', '🎉', 'e\u0301', '!', '👨‍👩‍👧'])('%j is one', (text) => {
  expect(title.parse(text)).toBe(text);
});
