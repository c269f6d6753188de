import { NotSent } from './fetch.ts';

/** An error, and what caused it, down to five. */
export function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < 5; next = next.cause) chain.push(next);
  return chain;
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : '');

/** What an error says in one line; it may quote what a backend said. */
export const describe = (error: Error): string => [error.name, codeOf(error), error.message].filter(Boolean).join(' ');

/** Codes of a connection that ended, or never came about, of themselves: a time-out of ours is none of them. */
const broken = /^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/;

/** Whether a request failed because there was no connection, or no longer one. */
export function isLostConnection(error: unknown): boolean {
  return chainOf(error).some((each) => {
    if (each instanceof AggregateError) return each.errors.some(isLostConnection);
    return broken.test(codeOf(each)) || resolving.test(codeOf(each));
  });
}

const resolving = /^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|UND_ERR_CONNECT_TIMEOUT)$/;
/** OpenSSL's names of certificates that are refused during the handshake, before the request is written. */
const untrusted = /^(?:ERR_TLS_CERT_\w+|CERT_\w+|SELF_SIGNED_CERT\w*|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_\w+)$/;

/** Whether a request failed before any of it reached another machine. */
export function isNeverSent(error: unknown): boolean {
  return chainOf(error).some((each) => {
    if (each instanceof NotSent) return true;
    if (each instanceof AggregateError) return each.errors.length > 0 && each.errors.every(isNeverSent);
    const connecting = 'syscall' in each && each.syscall === 'connect';
    return connecting || resolving.test(codeOf(each)) || untrusted.test(codeOf(each));
  });
}
