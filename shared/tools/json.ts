/** A JSON value: what crosses a process boundary, is sealed, hashed or stored. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json };
