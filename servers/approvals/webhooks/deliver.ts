import type { Receiver } from './settings.ts';
import { readSecrets, signatureHeaders } from './sign.ts';

/** Why a delivery was in vain, in our words: what the receiver says is neither read nor kept. Null when it went well. */
export type Problem = string | null;

/**
 * Sends one message. Only an answer of 2xx counts; no redirect is followed, and the body of the answer is not read.
 * `timeoutMs` is for all of it.
 */
export async function deliver(
  receiver: Receiver,
  message: { readonly id: string; readonly body: string },
  how: { readonly now: Date; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Problem> {
  const url = receiver.url();
  if ('problem' in url) return `its URL ${url.problem}`;
  const read = receiver.secrets === null ? { keys: [] } : readSecrets(receiver.secrets);
  if ('problem' in read) return `its file of secrets ${read.problem}`;
  const signed = receiver.secrets === null ? {} : signatureHeaders(read.keys, { ...message, now: how.now });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'countersign', ...signed },
      body: message.body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(how.timeoutMs), how.signal]),
    });
    await response.body?.cancel();
    if (response.ok) return null;
    return response.status >= 300 && response.status < 400
      ? `it answers with a redirect (HTTP ${response.status}), which is not followed`
      : `it answers HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error && error.name === 'TimeoutError'
      ? 'it does not answer in time'
      : 'it cannot be reached';
  }
}
