import { Buffer } from 'node:buffer';
import { flushPacket, mostInPacket, packet } from './pkt-line.ts';

/** What became of one ref: taken, under which name, or why not. */
export type Verdict = { readonly ref: string } & ({ readonly taken: string } | { readonly refused: string });

/**
 * The answer to a push, gitprotocol-pack(5) "Report Status". A ref that was taken is told under another name, so that no
 * client notes its own branch as being where it is not; git prints `messages` after `remote:`.
 */
export function pushReport(answer: {
  readonly capabilities: ReadonlySet<string>;
  readonly verdicts: readonly Verdict[];
  readonly messages: readonly string[];
}): Uint8Array<ArrayBuffer> {
  const { capabilities, verdicts, messages } = answer;
  const isNew = capabilities.has('report-status-v2');
  const lines = verdicts.flatMap((verdict) => linesOf(verdict, isNew));
  const wanted = isNew || capabilities.has('report-status');
  const status = wanted ? Buffer.concat([...['unpack ok\n', ...lines].map(packet), flushPacket]) : Buffer.alloc(0);
  if (!capabilities.has('side-band-64k')) return Uint8Array.from(status);
  const said = messages.flatMap((message) => banded(2, Buffer.from(`${message}\n`)));
  return Uint8Array.from(Buffer.concat([...said, ...banded(1, status), flushPacket]));
}

function linesOf(verdict: Verdict, isNew: boolean): readonly string[] {
  // One line, whatever the reason is.
  if ('refused' in verdict) return [`ng ${verdict.ref} ${verdict.refused.replace(/\s+/g, ' ')}\n`];
  return [`ok ${verdict.ref}\n`, ...(isNew ? [`option refname ${verdict.taken}\n`] : [])];
}

function banded(band: 1 | 2, bytes: Buffer): Buffer[] {
  const most = mostInPacket - 1;
  const packets: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; at += most) {
    packets.push(packet(Buffer.concat([Buffer.from([band]), bytes.subarray(at, at + most)])));
  }
  return packets;
}
