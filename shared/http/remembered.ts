/** Asks once in a while for what seldom changes; whoever asks while it is asked shares the answer. */
export function remembered<T>({
  ask,
  maxAgeMs,
  now,
}: {
  readonly ask: (key: string) => Promise<T>;
  readonly maxAgeMs: number;
  readonly now: () => number;
}): (key: string) => Promise<T> {
  const kept = new Map<string, { readonly at: number; readonly answer: Promise<T> }>();
  return (key) => {
    const known = kept.get(key);
    if (known && now() - known.at < maxAgeMs) return known.answer;
    for (const [old, { at }] of kept) if (now() - at >= maxAgeMs) kept.delete(old);
    const entry = { at: now(), answer: ask(key) };
    kept.set(key, entry);
    entry.answer.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return entry.answer;
  };
}
