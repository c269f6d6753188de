import { createHmac } from 'node:crypto';
import type { Mark } from '#shared/tools/index.ts';

/**
 * Our sign on what a change writes: an HMAC keyed by the change's nonce, which no agent is ever shown, so that none can
 * have written it anywhere before. It is derived rather than stored, so a crash cannot lose it.
 */
export function markOf(change: { readonly change_id: string; readonly nonce: string }): Mark {
  const token = createHmac('sha256', Buffer.from(change.nonce, 'hex')).update(`mark ${change.change_id}`).digest('hex');
  return { changeId: change.change_id, token: token.slice(0, 32) };
}
