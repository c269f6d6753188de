import { errorsOf } from '#shared/atlassian/errors.ts';
import { jira } from './product.ts';

export const { beforeWrite, inDoubt, notDone, writeError } = errorsOf(jira);
