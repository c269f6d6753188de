import { styleText } from 'node:util';

/** A step of the story, in plain words. */
export function step(text: string): void {
  console.log(`\n${styleText('bold', text)}`);
}

/** What there is to see of it. */
export function show(text: string): void {
  for (const line of text.trimEnd().split('\n')) console.log(`   ${line}`);
}

/** Something is not as it was promised: ends the demo. */
export class BrokenPromise extends Error {
  override readonly name = 'BrokenPromise';
}

/** Goes on only if what was promised holds. */
export function promised(holds: boolean, promise: string): void {
  if (!holds) throw new BrokenPromise(`Not as promised: ${promise}`);
  console.log(`   ${styleText('green', '✓')} ${promise}`);
}
