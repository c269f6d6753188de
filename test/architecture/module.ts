import {
  type CallExpression,
  type ImportDeclaration,
  type MemberExpression,
  type Node,
  parseSync,
  Visitor,
} from 'oxc-parser';

/** Something that a rule can object to, and the line it is on. */
export type Found = { readonly what: string; readonly line: number };

/** What a source file says about its surroundings. */
export type ModuleFacts = {
  /** Every module specifier, types included: import, export from, import(), import('…').T, require(). */
  readonly imports: readonly Found[];
  /** import() and require() whose specifier is computed, which no rule can judge. */
  readonly computed: readonly Found[];
  /** Reads of the process environment. */
  readonly environment: readonly Found[];
  /** Triple-slash references, which bring in types without an import. */
  readonly references: readonly Found[];
};

type Writable = { -readonly [K in keyof ModuleFacts]: Found[] };
type Note = (kind: keyof ModuleFacts, what: string, node: { start: number }) => void;

/** What has neither the word nor an escape that could stand for a part of it does not name it. */
const mayNameProcess = /process|\\[ux]/;

const processModules = new Set(['process', 'node:process']);

/**
 * Reads one TypeScript or JavaScript source file.
 *
 * @throws when the file does not parse: a file that is not understood must not pass.
 */
export function readModule({ path, source }: { path: string; source: string }): ModuleFacts {
  const parsed = parseSync(path, source, { astType: 'ts' });
  const [error] = parsed.errors;
  if (error) throw new Error(`${path} does not parse: ${error.message}`);

  const facts: Writable = { imports: [], computed: [], environment: [], references: [] };
  const note: Note = (kind, what, { start }) => {
    facts[kind].push({ what, line: source.slice(0, start).split('\n').length });
  };
  for (const comment of parsed.comments) {
    if (comment.type === 'Line' && /^\/\s*<reference\b/.test(comment.value)) {
      note('references', comment.value.slice(1).trim(), comment);
    }
  }
  noteSpecifiers(parsed.program, note);
  if (mayNameProcess.test(source)) noteEnvironment(parsed.program, note);
  return facts;
}

type Program = ReturnType<typeof parseSync>['program'];

function noteSpecifiers(program: Program, note: Note): void {
  const specifier = (source: Node): void => {
    const text = literal(source);
    if (text === undefined) note('computed', 'a computed specifier', source);
    else note('imports', text, source);
  };
  new Visitor({
    ImportDeclaration: (node) => specifier(node.source),
    ExportAllDeclaration: (node) => specifier(node.source),
    ExportNamedDeclaration: (node) => {
      if (node.source) specifier(node.source);
    },
    ImportExpression: (node) => specifier(node.source),
    TSImportType: (node) => specifier(node.source),
    TSExternalModuleReference: (node) => specifier(node.expression),
    CallExpression: (node) => {
      const [argument] = node.arguments;
      if (isRequire(node) && argument) specifier(argument);
    },
  }).visit(program);
}

function noteEnvironment(program: Program, note: Note): void {
  const names = processNames(program);
  const isProcess = (node: Node | null): boolean =>
    node?.type === 'Identifier'
      ? names.has(node.name)
      : node !== null && isMember(node) && memberName(node) === 'process';
  new Visitor({
    MemberExpression: (node) => {
      if (isProcess(node.object) && memberName(node) === 'env') note('environment', 'process.env', node);
    },
    VariableDeclarator: (node) => {
      if (isProcess(node.init) && takesEnv(node.id)) note('environment', '{ env } = process', node);
    },
    AssignmentPattern: (node) => {
      if (isProcess(node.right) && takesEnv(node.left)) note('environment', '{ env } = process', node);
    },
    AssignmentExpression: (node) => {
      if (isProcess(node.right) && takesEnv(node.left)) note('environment', '{ env } = process', node);
    },
    ImportDeclaration: (node) => {
      if (importsEnv(node)) note('environment', "{ env } from 'node:process'", node);
    },
    ExportNamedDeclaration: (node) => {
      if (node.source && processModules.has(node.source.value)) note('environment', 'a re-export of process', node);
    },
    ExportAllDeclaration: (node) => {
      if (processModules.has(node.source.value)) note('environment', 'a re-export of process', node);
    },
    ImportExpression: (node) => {
      if (processModules.has(literal(node.source) ?? '')) note('environment', "import('node:process')", node);
    },
  }).visit(program);
}

/** The names under which this file can reach the process object. */
function processNames(program: Program): ReadonlySet<string> {
  const names = new Set(['process']);
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || !processModules.has(node.source.value)) continue;
    for (const specifier of node.specifiers) {
      if (specifier.type !== 'ImportSpecifier') names.add(specifier.local.name);
    }
  }
  return names;
}

function importsEnv(node: ImportDeclaration): boolean {
  return (
    processModules.has(node.source.value) &&
    node.specifiers.some(
      (specifier) =>
        specifier.type === 'ImportSpecifier' &&
        (specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name) === 'env',
    )
  );
}

function takesEnv(pattern: Node): boolean {
  if (pattern.type !== 'ObjectPattern') return false;
  return pattern.properties.some((property) => {
    if (property.type === 'RestElement') return true;
    return property.key.type === 'Identifier' && !property.computed
      ? property.key.name === 'env'
      : literal(property.key) === 'env';
  });
}

function isRequire({ callee }: CallExpression): boolean {
  return callee.type === 'Identifier' && callee.name === 'require';
}

function isMember(node: Node): node is MemberExpression {
  return node.type === 'MemberExpression';
}

function memberName(node: MemberExpression): string | undefined {
  if (node.computed) return literal(node.property);
  return node.property.type === 'PrivateIdentifier' ? undefined : node.property.name;
}

function literal(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}
