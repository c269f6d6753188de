import * as z from 'zod';
import { effect, sinceBaseFigures } from './change.ts';

/** All that a branch comes to with a change, since it left its base, as the console answers it. */
export const sinceBase = sinceBaseFigures.extend({ effects: z.array(effect) });
export type SinceBase = z.output<typeof sinceBase>;
