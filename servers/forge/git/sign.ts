import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { join } from 'node:path';
import { readIfThere, writeDurably } from '../durable.ts';

/** Signs commits as the forge, in OpenSSH's format (PROTOCOL.sshsig of OpenSSH), which git verifies. */
export type Signer = {
  sign: (payload: Buffer) => string;
  /** What is true of a signature: ours and right, somebody else's, or broken. */
  check: (payload: Buffer, armoured: string) => 'valid' | 'unknown_key' | 'invalid';
  /** `SHA256:…` of the public key, as ssh-keygen prints it without the prefix. */
  fingerprint: string;
};

const begin = '-----BEGIN SSH SIGNATURE-----';
const end = '-----END SSH SIGNATURE-----';
const namespace = 'git';
const hash = 'sha512';

const packString = (value: string | Uint8Array): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

function publicBlob(key: KeyObject): Buffer {
  const raw = Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url');
  return Buffer.concat([packString('ssh-ed25519'), packString(raw)]);
}

const signedBytes = (payload: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from('SSHSIG'),
    packString(namespace),
    packString(''),
    packString(hash),
    packString(createHash(hash).update(payload).digest()),
  ]);

function envelopeStart(key: KeyObject): Buffer {
  const version = Buffer.from([0, 0, 0, 1]);
  return Buffer.concat([
    Buffer.from('SSHSIG'),
    version,
    packString(publicBlob(key)),
    packString(namespace),
    packString(''),
    packString(hash),
  ]);
}

/** Makes the key at first start (`signing-key`, 0600) and the list of signers that git wants (`allowed_signers`). */
export async function openSigner(dataDir: string, principal: string): Promise<Signer> {
  const path = join(dataDir, 'signing-key');
  const stored = await readIfThere(path);
  const privateKey = stored ? createPrivateKey(stored) : generateKeyPairSync('ed25519').privateKey;
  if (!stored) await writeDurably(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), 0o600);
  const publicKey = createPublicKey(privateKey);
  const line = `${principal} namespaces="git" ssh-ed25519 ${publicBlob(publicKey).toString('base64')}\n`;
  await writeDurably(join(dataDir, 'allowed_signers'), line, 0o644);
  return makeSigner(privateKey, publicKey);
}

function makeSigner(privateKey: KeyObject, publicKey: KeyObject): Signer {
  const start = envelopeStart(publicKey);
  return {
    sign: (payload) => {
      const signature = sign(null, signedBytes(payload), privateKey);
      const blob = packString(Buffer.concat([packString('ssh-ed25519'), packString(signature)]));
      const lines =
        Buffer.concat([start, blob])
          .toString('base64')
          .match(/.{1,70}/g) ?? [];
      return [begin, ...lines, end, ''].join('\n');
    },
    check: (payload, armoured) => {
      const body = armoured.trim();
      if (!body.startsWith(begin) || !body.endsWith(end)) return 'unknown_key';
      const raw = Buffer.from(body.slice(begin.length, -end.length), 'base64');
      if (!raw.subarray(0, start.length).equals(start)) return 'unknown_key';
      return verify(null, signedBytes(payload), publicKey, raw.subarray(-64)) ? 'valid' : 'invalid';
    },
    fingerprint: createHash('sha256').update(publicBlob(publicKey)).digest('base64').replace(/=+$/, ''),
  };
}
