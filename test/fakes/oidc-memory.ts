type Kept = { consumed?: number; grantId?: string; uid?: string };

/** Where a provider keeps what it handed out; its own store in memory warns on standard error. */
export function memoryAdapter(): new (name: string) => object {
  const all = new Map<string, Kept>();
  return class {
    readonly #name: string;
    constructor(name: string) {
      this.#name = name;
    }
    #key(id: string): string {
      return `${this.#name}:${id}`;
    }
    async upsert(id: string, payload: Kept): Promise<void> {
      all.set(this.#key(id), payload);
    }
    async find(id: string): Promise<Kept | undefined> {
      return all.get(this.#key(id));
    }
    async findByUid(uid: string): Promise<Kept | undefined> {
      return [...all].find(([key, kept]) => key.startsWith(`${this.#name}:`) && kept.uid === uid)?.[1];
    }
    async consume(id: string): Promise<void> {
      const kept = all.get(this.#key(id));
      if (kept) kept.consumed = Math.floor(Date.now() / 1000);
    }
    async destroy(id: string): Promise<void> {
      all.delete(this.#key(id));
    }
    async revokeByGrantId(grantId: string): Promise<void> {
      for (const [key, kept] of all) if (kept.grantId === grantId) all.delete(key);
    }
  };
}
