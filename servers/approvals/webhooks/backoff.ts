/** How messages are sent, all in milliseconds. */
export const sendTiming = {
  /** One message, from the connection to the answer. */
  timeoutMs: 10_000,
  /** From the first attempt in vain to the next; twice as long each time, to at most `mostMs`. */
  leastMs: 2_000,
  mostMs: 3_600_000,
  /** How long a message is tried: what is older is given up when the receiver does not take messages. */
  keptMs: 86_400_000,
  /** How long nobody else sends to a receiver without a sign of life; longer than a message may take. */
  leaseMs: 30_000,
  /** How soon to look again what another process does, or whether the ledger is back. */
  othersMs: 5_000,
};

/** How long to wait after so many attempts in vain: half of it by chance, so that many senders do not come at once. */
export function backoffMs(attempts: number, { leastMs, mostMs }: typeof sendTiming): number {
  const whole = Math.min(mostMs, leastMs * 2 ** Math.min(attempts - 1, 30));
  return Math.ceil(whole / 2 + (Math.random() * whole) / 2);
}
