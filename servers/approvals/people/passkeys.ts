import { createHash, randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import * as z from 'zod';
import type { Approver } from '#shared/changes/decision.ts';
import { AppError } from '#shared/errors.ts';
import { rpIdOf } from '#shared/passkeys/verify-assertion.ts';
import { algorithms, registration, verifyRegistration } from '#shared/passkeys/verify-registration.ts';
import { type Person, personOf } from '#shared/people/people.ts';
import type { ConsoleOptions } from './app.ts';
import type { SignedIn } from './authenticate.ts';
import { bodyOf } from './body.ts';
import { passkeyOrigin } from './passkey-origin.ts';

const made = z.strictObject({
  registration,
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, 'must be plain text'),
});

/** To touch a key takes seconds; to find it in a drawer, minutes. */
const registeringMs = 300_000;
const most = 1_000;

/**
 * Makes passkeys and keeps none: it answers a line for the list of people, which the operator puts there, so that nobody
 * who takes over this server can add a passkey to a person.
 */
export function passkeysApi({ now, people, publicUrl }: ConsoleOptions): Hono<SignedIn> {
  const pending = new Map<string, { readonly challenge: string; readonly until: number }>();
  const app = new Hono<SignedIn>();
  app.post('/challenge', async (context) => {
    const approver = context.get('approver');
    const origin = passkeyOrigin(context, publicUrl);
    const person = listed(people, approver);
    const challenge = randomBytes(32).toString('base64url');
    const [oldest] = pending.keys();
    if (pending.size >= most && oldest !== undefined) pending.delete(oldest);
    pending.set(nameOf(approver), { challenge, until: now().getTime() + registeringMs });
    return context.json({
      challenge,
      rp_id: rpIdOf(origin),
      person: person.key,
      user_id: createHash('sha256').update(nameOf(approver)).digest('base64url'),
      algorithms,
      known: person.passkeys.filter((one) => one.origin === origin).map(({ id }) => id),
    });
  });
  app.post('/', async (context) => {
    const approver = context.get('approver');
    const asked = await bodyOf(context, made);
    const origin = passkeyOrigin(context, publicUrl);
    const { key } = listed(people, approver);
    const found = pending.get(nameOf(approver));
    pending.delete(nameOf(approver));
    if (!found || found.until <= now().getTime()) {
      throw new AppError('expired', 'That took too long: no passkey was made here.', { next: 'Begin again.' });
    }
    const { id, publicKey } = await verifyRegistration(asked.registration, { challenge: found.challenge, origin });
    const written = { id, public_key: publicKey, origin, name: asked.name, added: now().toISOString().slice(0, 10) };
    return context.json({ person: key, entry: entryOf(written) }, 201);
  });
  return app;
}

/** One line of YAML; JSON strings are strings of YAML. */
function entryOf(written: Readonly<Record<string, string>>): string {
  const parts = Object.entries(written).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `{ ${parts.join(', ')} }`;
}

function nameOf({ issuer, subject }: Approver): string {
  return JSON.stringify([issuer, subject]);
}

function listed(people: ConsoleOptions['people'], approver: Approver): Person {
  const person = people && personOf(people(), approver);
  if (person) return person;
  throw new AppError('not_permitted', 'Passkeys are of people in the list of people, and you are not in it.', {
    next: 'Ask the operator to add you.',
  });
}
