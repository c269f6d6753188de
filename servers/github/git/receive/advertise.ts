import { Buffer } from 'node:buffer';
import type { Refs } from '../refs.ts';
import { zeroOid } from './commands.ts';
import { flushPacket, packet } from './pkt-line.ts';

/** What is understood of the protocol, gitprotocol-capabilities(5). Deletions are taken to be refused with a reason. */
const capabilities = [
  ...['report-status', 'report-status-v2', 'side-band-64k', 'push-options', 'ofs-delta', 'delete-refs', 'atomic'],
  ...['quiet', 'object-format=sha1'],
];

/** The answer to `GET …/info/refs?service=git-receive-pack`: where every branch is, so that little needs to be sent. */
export function advertisement({ ids }: Refs, agent: string): Uint8Array<ArrayBuffer> {
  const said = [...capabilities, `agent=${agent}`].join(' ');
  const branches = [...ids]
    .filter(([name]) => name.startsWith('refs/heads/'))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const lines =
    branches.length === 0 ? [`${zeroOid} capabilities^{}`] : branches.map(([name, oid]) => `${oid} ${name}`);
  const packets = lines.map((line, index) => packet(index === 0 ? `${line}\0${said}\n` : `${line}\n`));
  const greeting = [packet('# service=git-receive-pack\n'), flushPacket];
  return Uint8Array.from(Buffer.concat([...greeting, ...packets, flushPacket]));
}
