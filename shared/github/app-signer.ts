import { sign } from 'node:crypto';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { Secret } from '../http/secret.ts';

/** Where the private key of the GitHub App is: here, or with somebody who signs with it and keeps it. */
export type AppKey = { readonly pem: Secret } | { readonly signer: string };

/** Signs a text with the key of the App, RS256 (RFC 7518, 3.3), and resolves to the signature in base64url. */
export type AppSigner = (text: string) => Promise<string>;

const signAsync = promisify(sign);

/** How long a signer may take, in milliseconds, and the longest line that is read of it. */
const patienceMs = 5_000;
const longest = 8_192;

/** The signer of a key. Nothing is opened before it is asked. */
export function appSigner(key: AppKey, timeoutMs = patienceMs): AppSigner {
  if ('signer' in key) return (text) => askSigner(key.signer, text, timeoutMs);
  return async (text) => {
    const signature = await signAsync('sha256', Buffer.from(text), key.pem.reveal());
    return signature.toString('base64url');
  };
}

/** RSA keys of 2,048 to 8,192 bits sign so; no other text becomes part of a header. */
const answer = z.object({ signature: z.string().regex(/^[A-Za-z0-9_-]{340,1370}$/) });

/**
 * One connection to a Unix socket, one line of JSON each way: `{"alg":"RS256","sign":TEXT}` and `{"signature":BASE64URL}`.
 * Throws AppError `backend_unavailable` for anything else.
 */
async function askSigner(path: string, text: string, timeoutMs: number): Promise<string> {
  const question = `${JSON.stringify({ alg: 'RS256', sign: text })}\n`;
  const line = await exchange(path, question, timeoutMs).catch((error: unknown) => {
    throw noSignature('does not answer', error);
  });
  const parsed = answer.safeParse(parse(line));
  // What it says instead is for its own log: it may be anything.
  if (!parsed.success) throw noSignature('gives no signature', new Error('its answer is no line with a signature'));
  return parsed.data.signature;
}

function exchange(path: string, question: string, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ path, signal: AbortSignal.timeout(timeoutMs) });
    let said = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(question));
    socket.on('data', (text: string) => {
      said += text;
      if (said.includes('\n') || said.length > longest) socket.destroy();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(said.split('\n')[0] ?? ''));
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function noSignature(how: string, cause: unknown): AppError {
  const message = `The signer that holds the key of the GitHub App ${how}.`;
  return new AppError('backend_unavailable', message, { next: 'Tell the operator.', cause });
}
