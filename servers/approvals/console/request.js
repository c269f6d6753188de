/**
 * The second half of the session. The browser sends the cookie of this host to all of its ports; this key stays with
 * the pages of this origin, port included.
 */
const keyName = 'countersign-key';

export function keepKey(key) {
  localStorage.setItem(keyName, key);
}

export function hasKey() {
  return localStorage.getItem(keyName) !== null;
}

export function forgetKey() {
  localStorage.removeItem(keyName);
}

/** What the server refused, in its words. */
export class Refused extends Error {
  constructor(status, { code, message, next }) {
    super(message);
    this.status = status;
    this.code = code;
    this.next = next;
  }
}

/** An answer that is no JSON: the stream of news, an image. Throws as `request` does. */
export async function open(path, { poll = false, signal } = {}) {
  const headers = { 'x-countersign-key': localStorage.getItem(keyName) ?? '' };
  if (poll) headers['x-countersign-poll'] = '1';
  const response = await fetch(path, { headers, signal, credentials: 'same-origin' });
  if (response.ok) return response;
  throw new Refused(response.status, (await response.json()).error);
}

/**
 * Asks the API. `poll` marks what the page asks by itself, which keeps nobody signed in. Throws `Refused`, or TypeError
 * when the server cannot be reached.
 */
export async function request(path, { body, poll = false } = {}) {
  const headers = { 'x-countersign-key': localStorage.getItem(keyName) ?? '' };
  if (poll) headers['x-countersign-poll'] = '1';
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(path, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    credentials: 'same-origin',
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.status === 204) return null;
  const answer = await response.json();
  if (response.ok) return answer;
  throw new Refused(response.status, answer.error);
}
