import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { checkTypes } from './check-types.ts';

test('what must not compile does not: every expected error in test/types is one', async () => {
  const folder = fileURLToPath(new URL('./types', import.meta.url));
  expect(await checkTypes(folder)).toEqual({ code: 0, said: '' });
});
