import { test } from 'vitest';
import { tryTexts } from './try-texts.ts';

test('no text makes the parser fail in another way than by listing problems', () => {
  tryTexts(800);
});
