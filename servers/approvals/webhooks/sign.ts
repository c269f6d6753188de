import { Buffer } from 'node:buffer';
import { createHmac } from 'node:crypto';
import { readSecretFile } from '#shared/config/secret-file.ts';

/** Standard Webhooks: a secret is 24 to 64 bytes in base64 after its prefix. */
const secretLine = /^whsec_([A-Za-z0-9+/]{32,88}={0,2})$/;

/** More at a time would be no rotation, and every message grows by each. */
const mostSecrets = 5;

/** The secrets in a file, one a line, or what is wrong with it; nothing of it is quoted. */
export function readSecrets(path: string): { readonly keys: readonly Buffer[] } | { readonly problem: string } {
  const read = readSecretFile(path);
  if ('problem' in read) return read;
  const lines = read.secret.split('\n').map((line) => line.trim());
  const keys = lines.filter((line) => line !== '').map(keyOf);
  const whole = keys.filter((key) => key !== null);
  if (whole.length < keys.length) return { problem: 'has a line that is not whsec_ and 24 to 64 bytes in base64' };
  return whole.length <= mostSecrets ? { keys: whole } : { problem: `has more than ${mostSecrets} secrets` };
}

function keyOf(line: string): Buffer | null {
  const [, base64] = secretLine.exec(line) ?? [];
  if (base64 === undefined) return null;
  const key = Buffer.from(base64, 'base64');
  return key.toString('base64') === base64 && key.byteLength >= 24 && key.byteLength <= 64 ? key : null;
}

/**
 * The headers by which a receiver knows a message as ours and as no older one: standardwebhooks.com, version 1.0.0. One
 * signature for each key, so that a receiver that has either of two takes it.
 */
export function signatureHeaders(
  keys: readonly Buffer[],
  { id, body, now }: { readonly id: string; readonly body: string; readonly now: Date },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now.getTime() / 1000));
  const sign = (key: Buffer): string =>
    `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': keys.map(sign).join(' '),
  };
}
