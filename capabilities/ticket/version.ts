import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import * as z from 'zod';
import type { Ticket } from '#capabilities/ticket-read/ports.ts';
import type { TicketDocument } from './types.ts';

/** Half of a SHA-256 in hex: nobody meets it by chance, and an agent has to repeat it. */
const length = 32;

/** A version as arguments name it. */
export const versionInput = z.string().regex(/^[0-9a-f]{32}$/, { error: 'must be a version, as get_ticket shows it' });

/** One name for all that an update can write of a ticket, and for its status, type and project. */
export function ticketVersion(ticket: Ticket): string {
  const written = [
    ticket.title,
    documentOf(ticket.description),
    [...ticket.labels].sort(),
    ticket.assignees.map(({ id }) => id).sort(),
    ticket.priority?.id ?? null,
    ticket.parent?.id ?? null,
    ticket.due,
    ticket.custom
      .map(({ id, value }) => [id, value])
      .sort(([one = ''], [other = '']) => ((one ?? '') < (other ?? '') ? -1 : 1)),
  ];
  const text = JSON.stringify([...written, ticket.status.id, ticket.type.id, ticket.project.id]);
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, length);
}

/** An empty description and none are the same to every backend. */
function documentOf(document: TicketDocument | null): string | null {
  if (document === null) return null;
  const kept = document.format === 'adf' ? document.native : document.text;
  return document.text === '' && document.format === 'markdown' ? null : kept;
}
