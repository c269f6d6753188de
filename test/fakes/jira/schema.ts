import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';

const folder = process.env['COUNTERSIGN_SCHEMAS'];
const path = folder === undefined ? undefined : join(folder, 'jira-cloud-v3.openapi.json');

/** Why requests cannot be checked against what Jira publishes; null where they are. docs/tickets.md says where to get it. */
export const noSchema: string | null =
  path !== undefined && existsSync(path) ? null : 'COUNTERSIGN_SCHEMAS names no folder with jira-cloud-v3.openapi.json';

type Content = { readonly content?: { readonly 'application/json'?: { readonly schema?: object } } };
type Parameter = { readonly in: string; readonly name: string; readonly required?: boolean; readonly schema: object };
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
  readonly security?: readonly { readonly OAuth2?: readonly string[] }[];
};
type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

export type Asked = {
  readonly method: string;
  readonly template: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
};

/** Checks what is asked and answered against the OpenAPI document of Jira Cloud. Each answers with what is wrong, or null. */
export type Contract = {
  readonly request: (asked: Asked) => string | null;
  readonly response: (asked: Asked, answer: { readonly status: number; readonly body?: unknown }) => string | null;
  /** The scopes that a token needs for it. */
  readonly scopes: (asked: Pick<Asked, 'method' | 'template'>) => readonly string[];
};

let read: Contract | undefined;

/** The contract that Jira publishes; null where it is not at hand. Compiled as it is needed, once. */
export function jiraContract(): Contract | null {
  if (noSchema !== null || path === undefined) return null;
  read ??= contractOf(JSON.parse(readFileSync(path, 'utf8')) as OpenApi);
  return read;
}

function contractOf({ paths, components }: OpenApi): Contract {
  // Formats are told where they matter, and the document's own keywords are none of JSON Schema's.
  const ajv = new Ajv({ strict: false, validateFormats: false, coerceTypes: false });
  ajv.addSchema({ $id: 'jira', components });
  const compiled = new Map<string, ValidateFunction>();
  const validate = (name: string, schema: object, value: unknown): string | null => {
    const check = compiled.get(name) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"jira#/')));
    compiled.set(name, check);
    return check(value) ? null : `${name}: ${ajv.errorsText(check.errors)}`;
  };
  const operationOf = ({ method, template }: Pick<Asked, 'method' | 'template'>): Operation | undefined =>
    paths[template]?.[method.toLowerCase()];
  return {
    scopes: (asked) => operationOf(asked)?.security?.flatMap(({ OAuth2 }) => OAuth2 ?? []) ?? [],
    request: (asked) => {
      const operation = operationOf(asked);
      const name = `${asked.method} ${asked.template}`;
      if (operation === undefined) return `${name} is not in the document`;
      const known = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const stranger = [...asked.query.keys()].find((key) => !known.some((parameter) => parameter.name === key));
      if (stranger !== undefined) return `${name} has no parameter ${stranger}`;
      const wrong = known.map((parameter) => parameterProblem(validate, name, parameter, asked.query)).find(Boolean);
      if (wrong) return wrong;
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      if (schema === undefined) return asked.body === undefined ? null : `${name} takes no body`;
      return validate(`body of ${name}`, schema, asked.body);
    },
    response: (asked, { status, body }) => {
      const declared = operationOf(asked)?.responses[String(status)];
      if (declared === undefined) return `${asked.method} ${asked.template} does not answer with ${status}`;
      const schema = declared.content?.['application/json']?.schema;
      if (schema === undefined || status >= 400 || body === undefined) return null;
      return validate(`${status} of ${asked.method} ${asked.template}`, schema, body);
    },
  };
}

function parameterProblem(
  validate: (name: string, schema: object, value: unknown) => string | null,
  of: string,
  { name, schema, required = false }: Parameter,
  query: URLSearchParams,
): string | null {
  const given = query.get(name);
  if (given === null) return required ? `${of} needs the parameter ${name}` : null;
  return validate(`${name} of ${of}`, schema, typed(given, schema));
}

/** A parameter as what its schema says that it is. */
function typed(text: string, schema: object): unknown {
  const type: unknown = 'type' in schema ? schema.type : 'string';
  if (type === 'integer' || type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return ['true', 'false'].includes(text) ? text === 'true' : text;
  return type === 'array' ? text.split(',') : text;
}
