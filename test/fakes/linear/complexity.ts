import {
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/** The most that one request may cost. */
export const mostComplexity = 10_000;

/**
 * What a request costs, as Linear's guide counts it: a tenth for a property, one for an object, and the children of a
 * connection as often as it may have some. https://linear.app/developers/rate-limiting
 */
export function complexityOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const cost = (type: GraphQLNamedType | undefined | null, selections: SelectionSetNode | undefined): number => {
    if (!(isObjectType(type) || isInterfaceType(type)) || selections === undefined) return 0;
    const fields = type.getFields();
    let sum = 0;
    for (const selection of selections.selections) {
      const field = selection.kind === Kind.FIELD ? fields[selection.name.value] : undefined;
      if (selection.kind !== Kind.FIELD || field === undefined) continue;
      const inner = getNamedType(field.type);
      if (isLeafType(inner)) {
        sum += 0.1;
        continue;
      }
      const first = selection.arguments?.find(({ name }) => name.value === 'first')?.value;
      const children = cost(inner, selection.selectionSet);
      sum += inner.name.endsWith('Connection') ? children * countOf(first) : 1 + children;
    }
    return sum;
  };
  const countOf = (value: { readonly kind: string } | undefined): number => {
    if (value?.kind === Kind.INT) return Number((value as unknown as { value: string }).value);
    if (value?.kind === Kind.VARIABLE) {
      return Number(variables[(value as unknown as { name: { value: string } }).name.value] ?? 50);
    }
    return 50;
  };
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  const root = operation?.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  return Math.ceil(cost(root, operation?.selectionSet));
}
