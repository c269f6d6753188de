import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const issuer = 'https://cloud.google.com/iap';
const audience = 'bench';
const publicUrl = 'https://console.example';

/** Somebody who is signed in, with a session of their own. */
export type Signed = (
  path: string,
  init?: { readonly body?: object; readonly signal?: AbortSignal },
) => Promise<Response>;

/** People of a company who sign in through a proxy that says who they are: `groupOf` says in which group each is. */
export async function companyOf(folder: string, people: number, groupOf: (person: number) => string) {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const [keys, list] = [join(folder, 'proxy-keys.json'), join(folder, 'people.list')];
  writeFileSync(keys, JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'ES256' }] }));
  const lines = Array.from({ length: people }, (_, person) => {
    const signIn = `{ issuer: "${issuer}", subject: s-${person} }`;
    return `  p${person}: { sign_in: [${signIn}], groups: [${groupOf(person)}] }\n`;
  });
  writeFileSync(list, `people:\n${lines.join('')}`);
  return {
    /** What the server is told of them. */
    environment: {
      COUNTERSIGN_PEOPLE: list,
      COUNTERSIGN_SIGN_IN: 'iap',
      COUNTERSIGN_CONSOLE_URL: publicUrl,
      COUNTERSIGN_PROXY_AUDIENCE: audience,
      COUNTERSIGN_PROXY_KEYS: keys,
    },
    signIn: async (consoleUrl: string, person: number): Promise<Signed> => {
      const at = Math.floor(Date.now() / 1000);
      const claims = { iss: issuer, aud: audience, sub: `s-${person}`, iat: at, exp: at + 3_000 };
      const token = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(privateKey);
      const given = { 'x-goog-iap-jwt-assertion': token, origin: publicUrl, 'content-type': 'application/json' };
      const made = await fetch(`${consoleUrl}/sign-in/proxy`, { method: 'POST', headers: given, body: '{}' });
      const { key } = (await made.json()) as { key: string };
      const [cookie = ''] = (made.headers.get('set-cookie') ?? '').split(';');
      const headers = { ...given, cookie, 'x-countersign-key': key };
      return (path, { body, signal } = {}) =>
        fetch(`${consoleUrl}/api${path}`, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { ...headers, ...(body === undefined && { 'x-countersign-poll': '1' }) },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          ...(signal && { signal }),
        });
    },
  };
}
