import { Buffer } from 'node:buffer';
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Assertion } from '#shared/passkeys/assertion.ts';
import type { Passkey } from '#shared/people/people.ts';

type Answer = {
  /** Of the page that asks. */
  readonly origin?: string;
  readonly rpId?: string;
  /** Whether the device asked for a finger or a PIN. */
  readonly isVerified?: boolean;
  readonly counter?: number;
  readonly type?: string;
  readonly crossOrigin?: boolean;
};

/** A passkey on a device that does as it is told. */
export type FakePasskey = Passkey & {
  /** An entry of `passkeys`, in one line of YAML. */
  readonly entry: string;
  /** Answers a challenge (SHA-256 in hex) as a browser and its device would. */
  readonly answer: (challenge: string, how?: Answer) => Assertion;
};

/** Makes a key pair, and what authenticators make of it: WebAuthn Level 3, sections 5.8.1 and 6.1. */
export function newPasskey(algorithm: 'ES256' | 'Ed25519' = 'ES256', origin = 'https://console.example'): FakePasskey {
  const { privateKey, publicKey } =
    algorithm === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519');
  const id = randomBytes(32).toString('base64url');
  const cose = coseOf(publicKey).toString('base64url');
  const answer = (challenge: string, how: Answer = {}): Assertion => {
    const said = {
      type: how.type ?? 'webauthn.get',
      challenge: Buffer.from(challenge, 'hex').toString('base64url'),
      origin: how.origin ?? origin,
      crossOrigin: how.crossOrigin ?? false,
    };
    const clientData = Buffer.from(JSON.stringify(said));
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(how.counter ?? 0);
    const flags = Buffer.from([how.isVerified === false ? 0x01 : 0x05]);
    const data = Buffer.concat([hash(how.rpId ?? new URL(origin).hostname), flags, counter]);
    const signed = Buffer.concat([data, hash(clientData)]);
    return {
      id,
      authenticator_data: data.toString('base64url'),
      client_data: clientData.toString('base64url'),
      signature: sign(algorithm === 'ES256' ? 'sha256' : null, signed, privateKey).toString('base64url'),
    };
  };
  const entry = `{ id: ${JSON.stringify(id)}, public_key: ${JSON.stringify(cose)}, origin: "${origin}" }`;
  return { id, publicKey: cose, origin, isRetired: false, entry, answer };
}

function hash(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

/** RFC 9053: key type, algorithm, curve and coordinates, as a map of CBOR. */
function coseOf(key: KeyObject): Buffer {
  const { x = '', y } = key.export({ format: 'jwk' });
  const coordinate = (label: number, text: string): Buffer =>
    Buffer.concat([Buffer.from([label, 0x58, 0x20]), Buffer.from(text, 'base64url')]);
  if (y === undefined) return Buffer.concat([Buffer.from('a4010103272006', 'hex'), coordinate(0x21, x)]);
  return Buffer.concat([Buffer.from('a5010203262001', 'hex'), coordinate(0x21, x), coordinate(0x22, y)]);
}
