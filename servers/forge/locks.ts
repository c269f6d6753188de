/** Runs the tasks of one name one after another; tasks of different names run side by side. */
export type Locks = { run: <T>(name: string, task: () => Promise<T>) => Promise<T> };

export function makeLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    run: (name, task) => {
      const before = tails.get(name) ?? Promise.resolve();
      const mine = before.then(task, task);
      const tail = mine.catch(() => undefined);
      tails.set(name, tail);
      void tail.then(() => {
        if (tails.get(name) === tail) tails.delete(name);
      });
      return mine;
    },
  };
}
