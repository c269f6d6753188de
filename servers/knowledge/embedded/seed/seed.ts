import type { Store } from '../store/store.ts';

/** Puts the demo's namespaces into a new knowledge base, in the transaction that it is given. */
export function seed(_store: Store): void {}
