import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import type { Answer } from './answer.ts';

type Content = { readonly content?: { readonly 'application/json'?: { readonly schema?: object } } };
type Parameter = {
  readonly in?: string;
  readonly name?: string;
  readonly required?: boolean;
  readonly schema?: object;
};
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content>>;
  readonly security?: readonly { readonly OAuth2?: readonly string[] }[];
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

/** Holds what is asked and answered against an OpenAPI document. Each answers with what is wrong, or null. */
export type Contract = {
  readonly request: (asked: Asked) => string | null;
  readonly response: (asked: Asked, answer: Answer) => string | null;
  /** The scopes that a token needs for it. */
  readonly scopes: (asked: Pick<Asked, 'method' | 'template'>) => readonly string[];
};

type Validate = (name: string, schema: object, value: unknown) => string | null;

/** Reads the document of a file. What it describes is compiled as it is needed, once. */
export function readContract(path: string): Contract {
  const { paths, components } = JSON.parse(readFileSync(path, 'utf8')) as OpenApi;
  const validate = validatorOf(components);
  const operationOf = ({ method, template }: Pick<Asked, 'method' | 'template'>): Operation | undefined =>
    paths[template]?.[method.toLowerCase()];
  return {
    scopes: (asked) => operationOf(asked)?.security?.flatMap(({ OAuth2 }) => OAuth2 ?? []) ?? [],
    request: (asked) => {
      const operation = operationOf(asked);
      const name = `${asked.method} ${asked.template}`;
      if (operation === undefined) return `${name} is not in the document`;
      const wrong = queryProblem(validate, name, operation, asked.query);
      if (wrong !== null) return wrong;
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

function validatorOf(components: object): Validate {
  // Formats are told where they matter, and the document's own keywords are none of JSON Schema's.
  const ajv = new Ajv({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'published', components });
  const compiled = new Map<string, ValidateFunction>();
  return (name, schema, value) => {
    const check =
      compiled.get(name) ?? ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"published#/')));
    compiled.set(name, check);
    return check(value) ? null : `${name}: ${ajv.errorsText(check.errors)}`;
  };
}

function queryProblem(validate: Validate, of: string, { parameters = [] }: Operation, query: URLSearchParams) {
  const known = parameters.filter((parameter) => parameter.in === 'query');
  const stranger = [...query.keys()].find((key) => !known.some(({ name }) => name === key));
  if (stranger !== undefined) return `${of} has no parameter ${stranger}`;
  for (const { name = '', required = false, schema = {} } of known) {
    const given = query.get(name);
    if (given === null && required) return `${of} needs the parameter ${name}`;
    const wrong = given === null ? null : validate(`${name} of ${of}`, schema, typed(given, schema));
    if (wrong !== null) return wrong;
  }
  return null;
}

/** A parameter as what its schema says that it is. */
function typed(text: string, schema: object): unknown {
  const type: unknown = 'type' in schema ? schema.type : 'string';
  if (type === 'integer' || type === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  if (type === 'boolean') return ['true', 'false'].includes(text) ? text === 'true' : text;
  return type === 'array' ? text.split(',') : text;
}
