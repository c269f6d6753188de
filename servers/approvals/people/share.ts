/** Answers by what is asked; see `sharing`. */
export type Share<T> = (asked: string, answer: () => Promise<T>) => Promise<T>;

/**
 * Lets those who ask the same in one turn of the event loop share an answer: when many open pages ask because something
 * is new, their requests come in together. It is looked for after all of them asked, so none is older than who asked for
 * it, and nothing is kept.
 */
export function sharing<T>(): Share<T> {
  const coming = new Map<string, Promise<T>>();
  return (asked, answer) => {
    const found = coming.get(asked);
    if (found !== undefined) return found;
    const made = new Promise((resolve) => setImmediate(resolve)).then(() => {
      coming.delete(asked);
      return answer();
    });
    coming.set(asked, made);
    return made;
  };
}
