import type { TicketWrite } from '#capabilities/ticket-write/ports.ts';
import { notDone } from '../errors.ts';
import { linearBackend } from '../tickets.ts';

/** The texts of a write are as long as this adapter says that they can be. */
export function assertLength(wanted: TicketWrite): void {
  const text = textOf(wanted);
  if (text !== undefined && text.length > linearBackend.maxText)
    throw notDone('refused', new Error('the text is too long'));
}

function textOf(wanted: TicketWrite): string | undefined {
  if (wanted.kind === 'create') return wanted.fields.description?.text;
  if (wanted.kind === 'update') return wanted.set.description?.text;
  return 'body' in wanted ? wanted.body.text : undefined;
}
