import { errorsOf } from '#shared/atlassian/errors.ts';
import { confluence } from './product.ts';

export const { beforeWrite, inDoubt, notDone, writeError } = errorsOf(confluence);
