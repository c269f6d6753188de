import * as z from 'zod';
import { queueToolsFor } from '#shared/tools/index.ts';
import type { ChangeQueue } from './ports.ts';

/** Makes the tools of this capability. */
export const queueTool = queueToolsFor<ChangeQueue>();

/** The id of a change. */
export const changeId = z.string().regex(/^chg_[0-9a-z]{1,60}$/, { error: 'must be the id of a change, chg_…' });
