import * as z from 'zod';
import { callable } from '#shared/http/callable.ts';
import { Secret } from '#shared/http/secret.ts';
import { readSecretFile } from './secret-file.ts';

/** What can be called, as it is written in a variable. */
export const callableUrl = z.string().transform((text, context) => {
  const read = callable(text);
  return 'url' in read ? read.url : problem(context, read.problem);
});

/** The same for a host alone. */
export const hostUrl = callableUrl.refine(
  (url) => new URL(url).pathname === '/',
  'must be a host alone, without a path',
);

/**
 * A secret in a file that others cannot read, or in the variable itself. The messages quote nothing: what is in the wrong
 * place stays out of the log.
 * @param otherwise what the message says of a text without this form
 */
export function secretIn(form: RegExp, otherwise: string) {
  const readText = (text: string, context: z.RefinementCtx): Secret =>
    form.test(text) ? new Secret(text) : problem(context, otherwise);
  const readFile = (path: string, context: z.RefinementCtx): Secret => {
    const read = readSecretFile(path);
    return 'problem' in read ? problem(context, read.problem) : readText(read.secret, context);
  };
  return { file: z.string().transform(readFile).optional(), text: z.string().transform(readText).optional() };
}

/** Tells what is wrong with a value, while it is read. */
export function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}
