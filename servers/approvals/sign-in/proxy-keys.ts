import { readFileSync } from 'node:fs';
import { createLocalJWKSet, createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import { stampOf } from '#shared/blueprints/stamp.ts';
import type { ProxySettings } from './proxy-settings.ts';

/** How often a URL is asked at most for a key that is not known, and how long its answer counts. Milliseconds. */
export type KeyTiming = { readonly cooldownMs: number; readonly maxAgeMs: number };
export const keyTiming: KeyTiming = { cooldownMs: 30_000, maxAgeMs: 600_000 };

/** How long a URL may take to answer, in milliseconds. */
const patienceMs = 5_000;

/** Finds the key that a token names: at the one configured URL, or in a file that is read again when it changes. */
export function proxyKeys(keys: ProxySettings['keys'], timing: KeyTiming): JWTVerifyGetKey {
  if ('file' in keys) return fileKeys(keys.file);
  return createRemoteJWKSet(keys.url, {
    cooldownDuration: timing.cooldownMs,
    cacheMaxAge: timing.maxAgeMs,
    timeoutDuration: patienceMs,
  });
}

function fileKeys(path: string): JWTVerifyGetKey {
  let seen: string | null = null;
  let find: JWTVerifyGetKey | undefined;
  return (header, token) => {
    const stamp = stampOf(path);
    if (find === undefined || stamp !== seen) {
      find = createLocalJWKSet(JSON.parse(readFileSync(path, 'utf8')));
      seen = stamp;
    }
    return find(header, token);
  };
}
