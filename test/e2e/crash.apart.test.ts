import { describe } from 'vitest';
import { crashKit, momentsOfWrites } from './crash-kit.ts';

const { killsAt } = crashKit();

describe('kill -9 of the GitHub server at the moments that crash.test.ts leaves out', () => {
  killsAt(momentsOfWrites.filter((_, index) => index % 3 !== 1));
});
