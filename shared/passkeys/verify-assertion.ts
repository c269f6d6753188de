import { Buffer } from 'node:buffer';
import * as z from 'zod';
import type { Passkey } from '#shared/people/people.ts';
import type { Assertion } from './assertion.ts';

/** How often the passkey says that it has signed; always 0 where it does not count. */
export type Asserted = { readonly counter: number };

/**
 * Whether a passkey answered this challenge (SHA-256 in hex) at its own origin, for somebody whom the device has
 * verified; null when it did not.
 */
export async function verifyAssertion(
  { id, authenticator_data, client_data, signature }: Assertion,
  challenge: string,
  passkey: Passkey,
): Promise<Asserted | null> {
  if (id !== passkey.id || isFramed(client_data)) return null;
  // It takes some 25 MB, which only those need where rules ask for passkeys.
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { authenticatorData: authenticator_data, clientDataJSON: client_data, signature },
      },
      expectedChallenge: Buffer.from(challenge, 'hex').toString('base64url'),
      expectedOrigin: passkey.origin,
      expectedRPID: rpIdOf(passkey.origin),
      requireUserVerification: true,
      // Whether it has risen, only the one who saw the last one can tell.
      credential: { id, publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')), counter: 0 },
    });
    return verified ? { counter: authenticationInfo.newCounter } : null;
  } catch {
    return null;
  }
}

const clientData = z.object({ challenge: z.string(), crossOrigin: z.boolean().optional() });

/** Whether an assertion says that it is over a challenge. Whether that is so, only its passkey tells. */
export function isOver({ client_data }: Assertion, challenge: string): boolean {
  return read(client_data)?.challenge === Buffer.from(challenge, 'hex').toString('base64url');
}

/** The console is never inside of another page. */
function isFramed(text: string): boolean {
  return read(text)?.crossOrigin ?? false;
}

function read(text: string): z.infer<typeof clientData> | undefined {
  try {
    return clientData.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}

/** What passkeys of an origin are bound to: its host, whatever the port. */
export function rpIdOf(origin: string): string {
  return new URL(origin).hostname;
}
