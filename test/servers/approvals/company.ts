import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import type { Review } from '#shared/blueprints/blueprint.ts';
import { type Answer, startSuite } from './kit.ts';

const issuer = 'https://cloud.google.com/iap';
const header = 'x-goog-iap-jwt-assertion';
export const publicUrl = 'https://console.example';

export const people = `people:
  alice: { sign_in: [{ issuer: "${issuer}", subject: s-alice }], groups: [platform] }
  bob: { sign_in: [{ issuer: "${issuer}", subject: s-bob }], groups: [platform, leads] }
  carol: { sign_in: [{ issuer: "${issuer}", subject: s-carol }], groups: [leads] }
`;

/** A console behind a proxy that says who somebody is and in which groups. */
export async function startCompany(
  review: Partial<Record<'one' | 'two', Review>>,
  more: Pick<NonNullable<Parameters<typeof startSuite>[0]>, 'quarantine'> = {},
) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-review-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.json');
  writeFileSync(file, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }));
  const suite = await startSuite({
    people,
    review,
    ...more,
    environment: {
      COUNTERSIGN_APPROVER_TOKEN: undefined,
      COUNTERSIGN_SIGN_IN: 'iap',
      COUNTERSIGN_CONSOLE_URL: publicUrl,
      COUNTERSIGN_PROXY_AUDIENCE: 'here',
      COUNTERSIGN_PROXY_KEYS: file,
      COUNTERSIGN_AUDITORS: 'group:security, group:law',
      COUNTERSIGN_RESPONDERS: 'group:duty',
    },
  });
  const signIn = async (subject: string, groups: readonly string[] = []) => {
    const at = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, aud: 'here', sub: subject, iat: at, exp: at + 600, groups };
    const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
    const given = { [header]: token, origin: publicUrl };
    const made = await suite.ask('/sign-in/proxy', { headers: given, body: {} });
    const [cookie = ''] = (made.headers.get('set-cookie') ?? '').split(';');
    const headers = { ...given, cookie, 'x-countersign-key': made.body.key };
    return (path: string, body?: unknown): Promise<Answer> =>
      suite.ask(`/api${path}`, { headers, ...(body !== undefined && { body }) });
  };
  return { suite, signIn };
}

/** Somebody at the API of a console, in a session of their own. */
export type Person = Awaited<ReturnType<Awaited<ReturnType<typeof startCompany>>['signIn']>>;
