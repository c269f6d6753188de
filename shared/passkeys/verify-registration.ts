import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { AppError } from '#shared/errors.ts';
import type { Passkey } from '#shared/people/people.ts';
import { rpIdOf } from './verify-assertion.ts';

/** Ed25519, ES256, RS256, as COSE numbers them; Windows has the last alone. */
export const algorithms = [-8, -7, -257];

const base64url = z.base64url().min(1).max(16_384);

/** What a new passkey answered, each part in base64url without padding. */
export const registration = z.strictObject({ id: base64url, attestation_object: base64url, client_data: base64url });
export type Registration = z.infer<typeof registration>;

/**
 * A passkey that was made on a page of this origin, over this challenge (base64url), by somebody whom the device has
 * verified. Who made the device is not asked. Throws AppError `not_permitted`.
 */
export async function verifyRegistration(
  { id, attestation_object, client_data }: Registration,
  { challenge, origin }: { readonly challenge: string; readonly origin: string },
): Promise<Pick<Passkey, 'id' | 'publicKey' | 'origin'>> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server');
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { attestationObject: attestation_object, clientDataJSON: client_data },
      },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: rpIdOf(origin),
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    });
    if (!verified) throw new Error('not verified');
    const { credential } = registrationInfo;
    return { id: credential.id, publicKey: Buffer.from(credential.publicKey).toString('base64url'), origin };
  } catch (cause) {
    throw new AppError('not_permitted', 'The passkey was not made as this console asked for it.', { cause });
  }
}
