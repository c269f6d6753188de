import { createPrivateKey } from 'node:crypto';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { Environment } from '../config/environment.ts';
import { readSecretFile } from '../config/secret-file.ts';
import { Secret } from '../http/secret.ts';
import type { AppKey } from './app-signer.ts';

/** Where the key of the App may be. The messages quote nothing: a key that was pasted in place of its path stays out of the log. */
export const appKeySetting = {
  file: z.string().transform(readFile).optional(),
  pem: z.string().transform(readPem).optional(),
  signer: z.string().transform(readSigner).optional(),
} as const;

/** The names of these settings of one server, which begin with `COUNTERSIGN_GITHUB` for instance. */
type Names = { readonly [Way in keyof typeof appKeySetting]: string };

/** Adds to settings that exactly one of these is given, whatever else is wrong. */
export function withOneAppKey<T>(settings: z.ZodType<T>, names: Names, environment: Environment): z.ZodType<T> {
  const { file, pem, signer } = names;
  const given = [file, pem, signer].filter((name) => environment[name] !== undefined).length;
  const what = `${file} is the path of its PEM file, ${pem} the PEM text itself, ${signer} unix:/PATH of who signs`;
  const error = `${given === 0 ? 'the private key of the GitHub App is needed' : 'only one of these may be given'}: ${what}`;
  return settings.refine(() => given === 1, { path: [file], error, when: () => true });
}

/** The one that was given. */
export function appKeyOf(...given: readonly (AppKey | undefined)[]): AppKey {
  const key = given.find((each) => each !== undefined);
  if (key === undefined) throw new TypeError('settings were taken without the key of the GitHub App');
  return key;
}

function readFile(path: string, context: z.RefinementCtx): AppKey {
  const read = readSecretFile(path);
  return 'problem' in read ? problem(context, read.problem) : readPem(read.secret, context);
}

/** A variable that cannot hold several lines may have `\n` between them. */
function readPem(text: string, context: z.RefinementCtx): AppKey {
  const pem = text.replaceAll('\\n', '\n');
  return isRsaKey(pem) ? { pem: new Secret(pem) } : problem(context, 'holds no RSA private key in PEM form');
}

function isRsaKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

function readSigner(text: string, context: z.RefinementCtx): AppKey {
  const [, path = ''] = /^unix:(.*)$/.exec(text) ?? [];
  return isAbsolute(path)
    ? { signer: path }
    : problem(context, 'must be unix: and the path of a socket, as in unix:/run/signer.sock');
}

function problem(context: z.RefinementCtx, message: string): never {
  context.addIssue(message);
  return z.NEVER;
}
