/** What a real backend is written through. */
type Door<Permit, Write extends readonly unknown[], Written> = {
  readonly open: (permit: Permit) => Promise<{ readonly write: (...write: Write) => Promise<Written> }>;
  readonly done: (changeId: string) => Promise<void>;
};

/** A door around which the next answer, or the next request, gets lost when that is said: a real network does it too rarely. */
export function lossyDoor<Permit, Write extends readonly unknown[], Written>(door: Door<Permit, Write, Written>) {
  let lost: 'answer' | 'request' | null = null;
  const open: typeof door.open = async (permit) => {
    const writer = await door.open(permit);
    const what = lost;
    lost = null;
    return {
      write: async (...write) => {
        if (what === 'request') throw new Error('the request was lost');
        const written = await writer.write(...write);
        if (what === 'answer') throw new Error('the answer was lost');
        return written;
      },
    };
  };
  const lose = (what: 'answer' | 'request') => () => {
    lost = what;
  };
  return { door: { ...door, open }, others: { loseAnswer: lose('answer'), loseRequest: lose('request') } };
}
