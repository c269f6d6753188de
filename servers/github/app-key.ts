import { createPrivateKey } from 'node:crypto';
import { isAbsolute } from 'node:path';
import * as z from 'zod';
import type { Environment } from '#shared/config/environment.ts';
import { readSecretFile } from '#shared/config/secret-file.ts';
import { Secret } from '#shared/http/secret.ts';
import type { AppKey } from './app-signer.ts';

/** The setting that holds the key itself. */
export const pemSetting = 'COUNTERSIGN_GITHUB_APP_KEY_PEM';

/** Where the key of the App may be. The messages quote nothing: a key that was pasted in place of its path stays out of the log. */
export const appKeySettings = {
  COUNTERSIGN_GITHUB_APP_KEY: z.string().transform(readFile).optional(),
  [pemSetting]: z.string().transform(readPem).optional(),
  COUNTERSIGN_GITHUB_APP_SIGNER: z.string().transform(readSigner).optional(),
} as const;

const names = Object.keys(appKeySettings);

/** Adds to settings that exactly one of these is given, whatever else is wrong. */
export function withOneAppKey<T>(settings: z.ZodType<T>, environment: Environment): z.ZodType<T> {
  const given = names.filter((name) => environment[name] !== undefined).length;
  const what = `${names[0]} is the path of its PEM file, ${names[1]} the PEM text itself, ${names[2]} unix:/PATH of who signs`;
  const error = `${given === 0 ? 'the private key of the GitHub App is needed' : 'only one of these may be given'}: ${what}`;
  return settings.refine(() => given === 1, { path: names.slice(0, 1), error, when: () => true });
}

/** The one that was given. */
export function appKeyOf(values: { readonly [Name in keyof typeof appKeySettings]?: AppKey | undefined }): AppKey {
  const key = names.map((name) => values[name as keyof typeof values]).find((each) => each !== undefined);
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
