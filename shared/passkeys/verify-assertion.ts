import { Buffer } from 'node:buffer';
import * as z from 'zod';
import type { Passkey } from '#shared/people/people.ts';
import type { Assertion } from './assertion.ts';

/**
 * Whether a passkey answered this challenge (SHA-256 in hex) at its own origin, for somebody whom the device has
 * verified.
 */
export async function verifyAssertion(
  { id, authenticator_data, client_data, signature }: Assertion,
  challenge: string,
  passkey: Passkey,
): Promise<boolean> {
  if (id !== passkey.id || isFramed(client_data)) return false;
  // It takes some 25 MB, which only those need where rules ask for passkeys.
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified } = await verifyAuthenticationResponse({
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
    return verified;
  } catch {
    return false;
  }
}

/** How often a passkey says that it has signed, where it counts; 0 where it does not. */
export function counterOf({ authenticator_data: data }: Assertion): number {
  const bytes = Buffer.from(data, 'base64url');
  // After the hash of the host and the flags: WebAuthn Level 3, section 6.1.
  return bytes.length < 37 ? 0 : bytes.readUInt32BE(33);
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
