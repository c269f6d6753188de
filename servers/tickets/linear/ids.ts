import { createHash } from 'node:crypto';
import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { canonical } from '#shared/crypto/canonical.ts';
import type { Mark } from '#shared/tools/index.ts';

/**
 * The id of what a write makes, in the form of a UUID of version 4, which is what Linear takes from its clients. It
 * follows from our mark, which nobody knows before, and from what is written: what has this id is that write, and it is
 * made once at most.
 */
export function idOf(wanted: TicketWrite & { readonly kind: 'create' | 'comment' | 'link' }, mark: Mark): string {
  const text = canonical([mark.changeId, mark.token, wanted.kind, ...partsOf(wanted)]);
  const digest = createHash('sha256').update(text).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x40, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function partsOf(wanted: TicketWrite & { readonly kind: 'create' | 'comment' | 'link' }): readonly string[] {
  switch (wanted.kind) {
    case 'create':
      return [wanted.project.id, wanted.fields.title];
    case 'comment':
      return [wanted.ticket.id, wanted.body.text];
    case 'link':
      return [wanted.type.id, wanted.outward.id, wanted.inward.id];
  }
}
