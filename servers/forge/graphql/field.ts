import type { GraphQLResolveInfo } from 'graphql';
import type { Forge } from '../forge.ts';
import type { TokenGrant } from '../tokens.ts';

/** What a resolver works with beside its source and arguments. `touched`: names of repositories, for the log. */
export type Context = { forge: Forge; token: TokenGrant; touched: Set<string> };

/**
 * One field. Sources and arguments have the types that each resolver declares: arguments were coerced by the schema,
 * and a source comes only from a resolver of the parent's type.
 */
export type Field = (source: never, args: never, context: Context, info: GraphQLResolveInfo) => unknown;

/** All fields of one or more schema types that forge answers. What is missing here is refused by name. */
export type Fields = Record<string, Record<string, Field>>;

/** Sources of types that the schema reaches through an interface or union carry their own type's name. */
export type Typed<Name extends string> = { typename: Name };
