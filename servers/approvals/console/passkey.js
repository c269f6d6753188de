import { toBytes, toText } from './base64url.js';
import { request } from './request.js';

/** Whether this browser has passkeys; it has none on a page that was not fetched safely. */
const hasPasskeys = () => window.PublicKeyCredential !== undefined;

/** Sends a decision. Where the rule asks for a passkey, the browser asks for it, and it signs just this decision. */
export async function sendDecision(path, body) {
  const possible = body.decision === 'approve' && hasPasskeys() ? { step_up: 'possible' } : {};
  const answer = await request(path, { body: { ...body, ...possible } });
  if (!answer.step_up) return answer;
  const { statement } = answer.step_up;
  const assertion = await assert(answer.step_up);
  return request(path, { body: { ...body, step_up: { statement, assertion } } });
}

async function assert({ challenge, rp_id: rpId, passkeys, expires_at: until }) {
  const publicKey = {
    challenge: toBytes(challenge),
    rpId,
    userVerification: 'required',
    timeout: new Date(until).getTime() - Date.now(),
    allowCredentials: passkeys.map((id) => ({ type: 'public-key', id: toBytes(id) })),
  };
  const { id, response } = await asked(
    navigator.credentials.get({ publicKey }),
    'The passkey did not sign, so nothing was approved.',
  );
  return {
    id,
    authenticator_data: toText(response.authenticatorData),
    client_data: toText(response.clientDataJSON),
    signature: toText(response.signature),
  };
}

/** Makes a passkey. Answers whose it is, and the line that the list of people needs for it to count. */
export async function makePasskey(name) {
  if (!hasPasskeys()) throw new Error('This browser has no passkeys here.');
  const {
    challenge,
    rp_id: id,
    person,
    user_id: userId,
    algorithms,
    known,
  } = await request('/api/passkeys/challenge', {
    body: {},
  });
  const publicKey = {
    challenge: toBytes(challenge),
    rp: { id, name: 'Countersign' },
    user: { id: toBytes(userId), name: person, displayName: person },
    pubKeyCredParams: algorithms.map((alg) => ({ type: 'public-key', alg })),
    authenticatorSelection: { userVerification: 'required', residentKey: 'preferred' },
    attestation: 'none',
    excludeCredentials: known.map((one) => ({ type: 'public-key', id: toBytes(one) })),
  };
  const made = await asked(navigator.credentials.create({ publicKey }), 'No passkey was made.');
  const registration = {
    id: made.id,
    attestation_object: toText(made.response.attestationObject),
    client_data: toText(made.response.clientDataJSON),
  };
  return request('/api/passkeys', { body: { registration, name } });
}

/** Browsers say little of why: not even whether somebody cancelled, so that no page can find out who has which passkey. */
async function asked(promise, otherwise) {
  try {
    return await promise;
  } catch (error) {
    if (error.name === 'InvalidStateError') throw new Error('There is a passkey of yours on this device already.');
    throw new Error(otherwise);
  }
}
