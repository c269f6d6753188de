import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { appById, type ForgeApp } from './apps.ts';
import type { Forge } from './forge.ts';
import { Refusal } from './refusal.ts';
import { findToken, type TokenGrant } from './tokens.ts';

/** Who asks: an App itself, by a JWT, or one of its installations, by a token. */
export type Caller = { kind: 'app'; app: ForgeApp } | { kind: 'installation'; token: TokenGrant };

/** Seconds that GitHub lets a JWT live at most, and what clocks may differ by. */
const longest = 600;
const leeway = 60;

const unauthenticated = (message: string): Refusal => new Refusal('UNAUTHENTICATED', message);

/**
 * Finds out who asks from the Authorization header: `Bearer` or `token`, and `Basic x-access-token:…` for git.
 * @throws Refusal UNAUTHENTICATED
 */
export async function authenticate(forge: Forge, header: string | undefined): Promise<Caller> {
  const credential = credentialOf(header);
  if (credential === undefined) throw unauthenticated('Requires authentication');
  if (looksLikeJwt(credential)) {
    return { kind: 'app', app: await appOf(forge, credential) };
  }
  const token = findToken(forge.db, credential, forge.now());
  if (!token) throw unauthenticated('Bad credentials');
  return { kind: 'installation', token };
}

function credentialOf(header: string | undefined): string | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(header ?? '') ?? [];
  if (/^(bearer|token)$/i.test(scheme)) return value;
  if (!/^basic$/i.test(scheme)) return undefined;
  const [name, password] = Buffer.from(value, 'base64').toString().split(':');
  return name === 'x-access-token' ? password : undefined;
}

function looksLikeJwt(credential: string): boolean {
  try {
    return decodeProtectedHeader(credential).alg !== undefined;
  } catch {
    return false;
  }
}

async function appOf(forge: Forge, jwt: string): Promise<ForgeApp> {
  const app = claimedBy(forge, jwt);
  const seconds = Math.floor(forge.now() / 1000);
  const { payload } = await jwtVerify(jwt, app.publicKey, {
    algorithms: ['RS256'],
    requiredClaims: ['iss', 'iat', 'exp'],
    currentDate: new Date(seconds * 1000),
  }).catch((error: unknown) => {
    if (error instanceof errors.JWTExpired) {
      throw unauthenticated(
        "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
      );
    }
    throw unauthenticated('A JSON web token could not be decoded');
  });
  const { iat = 0, exp = 0 } = payload;
  if (iat > seconds + leeway) {
    throw unauthenticated(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (exp > seconds + longest + leeway) {
    throw unauthenticated("'Expiration time' claim ('exp') is too far in the future");
  }
  if (payload.aud !== undefined) throw unauthenticated('forge does not implement JWTs with an audience');
  return app;
}

/** The App that a JWT says it is from. Nothing of it is proven yet. */
function claimedBy(forge: Forge, jwt: string): ForgeApp {
  let issuer: string | undefined;
  try {
    const { iss } = decodeJwt(jwt);
    issuer = iss === undefined ? undefined : String(iss);
  } catch {
    issuer = undefined;
  }
  if (issuer === undefined) throw unauthenticated('A JSON web token could not be decoded');
  const app = appById(forge, issuer);
  if (!app) throw new Refusal('NOT_FOUND', 'Integration not found');
  return app;
}
