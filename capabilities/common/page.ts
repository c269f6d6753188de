/** A page of a list; `cursor` is null on the last one. */
export type Page<T> = { readonly items: readonly T[]; readonly cursor: string | null };
export type PageRequest = { readonly limit: number; readonly cursor?: string | undefined };
