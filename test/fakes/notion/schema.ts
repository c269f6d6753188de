import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

const folder = process.env['COUNTERSIGN_SCHEMAS'];
const path = folder === undefined ? undefined : join(folder, 'notion.openapi.json');

/** Why requests cannot be checked against what Notion publishes; null where they are. docs/knowledge.md says where to get it. */
export const noSchema: string | null =
  path !== undefined && existsSync(path) ? null : 'COUNTERSIGN_SCHEMAS names no folder with notion.openapi.json';

type Content = { readonly content?: { readonly 'application/json'?: { readonly schema?: object } } };
type Parameter = { readonly in?: string; readonly name?: string; readonly $ref?: string };
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
};
type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
};

export type Asked = {
  readonly method: string;
  readonly template: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** Checks what is asked and answered against the OpenAPI document of Notion. Each answers with what is wrong, or null. */
export type Contract = {
  readonly request: (asked: Asked) => string | null;
  readonly response: (asked: Asked, answer: { readonly status: number; readonly body?: unknown }) => string | null;
};

/** What Notion's own client sends and the document, which is older, does not have. */
const unpublished: ReadonlySet<string> = new Set(['PATCH /v1/comments/{comment_id}']);

let read: Contract | undefined;

/** The contract that Notion publishes; null where it is not at hand. */
export function notionContract(): Contract | null {
  if (noSchema !== null || path === undefined) return null;
  read ??= contractOf(JSON.parse(readFileSync(path, 'utf8')) as OpenApi);
  return read;
}

function contractOf({ paths, components }: OpenApi): Contract {
  const ajv = new Ajv({ strict: false, validateFormats: false, allowUnionTypes: true });
  ajv.addSchema({ $id: 'notion', components });
  const compiled = new Map<string, ValidateFunction>();
  const validate = (name: string, schema: object, value: unknown): string | null => {
    const check = compiled.get(name) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"notion#/')));
    compiled.set(name, check);
    return check(value) ? null : `${name}: ${ajv.errorsText(check.errors)}`;
  };
  const operationOf = ({ method, template }: Asked): Operation | undefined => paths[template]?.[method.toLowerCase()];
  return {
    request: (asked) => {
      const name = `${asked.method} ${asked.template}`;
      if (unpublished.has(name)) return null;
      const operation = operationOf(asked);
      if (operation === undefined) return `${name} is not in the document`;
      const known = new Set(
        (operation.parameters ?? []).filter((each) => each.in === 'query').map((each) => each.name),
      );
      // Lists of users are asked for in pages like all others, which the document does not say of them.
      const pages = asked.template === '/v1/users' ? ['page_size', 'start_cursor'] : [];
      const stranger = [...asked.query.keys()].find((key) => !known.has(key) && !pages.includes(key));
      if (stranger !== undefined) return `${name} has no parameter ${stranger}`;
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      if (schema === undefined) return asked.body === undefined ? null : `${name} takes no body`;
      return validate(`body of ${name}`, schema, completed(asked.body));
    },
    response: (asked, { status, body }) => {
      const schema = operationOf(asked)?.responses[String(status)]?.content?.['application/json']?.schema;
      return schema === undefined ? null : validate(`${status} of ${asked.method} ${asked.template}`, schema, body);
    },
  };
}

/** A reply names its conversation in the place of a page, which the document does not know. */
function completed(body: unknown): unknown {
  const isReply = typeof body === 'object' && body !== null && 'discussion_id' in body;
  return isReply ? { parent: { page_id: 'of its conversation' }, ...body } : body;
}
