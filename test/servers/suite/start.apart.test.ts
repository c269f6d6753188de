import { expect, it } from 'vitest';
import { expectCtrlC, smallPlace, start, withProposal } from './places.ts';

it('goes on where it was when it is started again after Ctrl-C', async () => {
  const place = await smallPlace();
  const { first, waits } = await withProposal(place);
  await expectCtrlC(first, place.data);
  const second = await start(place.args);
  await waits();
  second.kill('SIGTERM');
  expect(await second.ended).toBe(0);
});
