/** A part of JQL, read by a parser of its own, so that a value that escapes its quotes changes what is found. */

export class JqlError extends Error {}

type Token = { readonly kind: 'word' | 'text' | 'sign'; readonly text: string };

export type Value = { readonly text: string; readonly quoted: boolean; readonly call: boolean };
export type Clause =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Clause[] }
  | { readonly kind: 'not'; readonly part: Clause }
  | { readonly kind: 'test'; readonly field: string; readonly operator: string; readonly values: readonly Value[] };
export type Query = {
  readonly where: Clause | null;
  readonly order: readonly { readonly field: string; readonly descending: boolean }[];
};

function* tokensOf(source: string): Generator<Token> {
  const pattern = /\s+|"((?:[^"\\\n\r]|\\.)*)"|'((?:[^'\\\n\r]|\\.)*)'|(>=|<=|!=|!~|[=<>~(),])|([\w.@:+-]+)/suy;
  while (pattern.lastIndex < source.length) {
    const at = pattern.lastIndex;
    const found = pattern.exec(source);
    if (found === null) throw new JqlError(`Error in the JQL Query near character ${at}.`);
    const [, double, single, sign, word] = found;
    const text = double ?? single;
    if (text !== undefined) yield { kind: 'text', text: unescaped(text) };
    else if (sign !== undefined) yield { kind: 'sign', text: sign };
    else if (word !== undefined) yield { kind: 'word', text: word };
  }
}

const plain: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\', ' ': ' ' };

function unescaped(text: string): string {
  return text.replaceAll(/\\(u[0-9a-fA-F]{4}|.)/gsu, (_, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    const character = plain[code];
    if (character === undefined) throw new JqlError(`'\\${code}' is an illegal JQL escape sequence.`);
    return character;
  });
}

/** Parses a query as far as Jira's language is used here; anything else is an error, as a wrong query is in Jira. */
export function parseJql(source: string): Query {
  const tokens = [...tokensOf(source)];
  let at = 0;
  const peek = (word: string): boolean => {
    const token = tokens[at];
    return token !== undefined && token.kind !== 'text' && token.text.toUpperCase() === word;
  };
  const take = (...words: readonly string[]): boolean => {
    const fits = words.every((word, index) => {
      const token = tokens[at + index];
      return token !== undefined && token.kind !== 'text' && token.text.toUpperCase() === word;
    });
    if (fits) at += words.length;
    return fits;
  };
  const next = (): Token => {
    const token = tokens[at];
    if (token === undefined) throw new JqlError('Error in JQL Query: it ends too early.');
    at += 1;
    return token;
  };
  const expect = (sign: string): void => {
    if (!take(sign)) throw new JqlError(`Error in the JQL Query: Expecting '${sign}' but got '${tokens[at]?.text}'.`);
  };
  const value = (): Value => {
    const { kind, text } = next();
    if (kind === 'sign') throw new JqlError(`Error in the JQL Query: '${text}' is no value.`);
    const call = kind === 'word' && take('(', ')');
    return { text, quoted: kind === 'text', call };
  };
  const list = (): Value[] => {
    expect('(');
    const values = [value()];
    while (take(',')) values.push(value());
    expect(')');
    return values;
  };
  const test = (): Clause => {
    if (take('(')) {
      const inner = any();
      expect(')');
      return inner;
    }
    if (take('NOT')) return { kind: 'not', part: test() };
    const { kind, text: field } = next();
    if (kind !== 'word') throw new JqlError(`Error in the JQL Query: '${field}' is no field.`);
    if (take('IS', 'NOT', 'EMPTY')) return { kind: 'test', field, operator: 'is not empty', values: [] };
    if (take('IS', 'EMPTY')) return { kind: 'test', field, operator: 'is empty', values: [] };
    if (take('NOT', 'IN')) return { kind: 'test', field, operator: 'not in', values: list() };
    if (take('IN')) return { kind: 'test', field, operator: 'in', values: list() };
    const operator = next();
    if (operator.kind !== 'sign' || !['=', '!=', '~', '>=', '<=', '>', '<'].includes(operator.text)) {
      throw new JqlError(`Error in the JQL Query: '${operator.text}' is no operator.`);
    }
    return { kind: 'test', field, operator: operator.text, values: [value()] };
  };
  const all = (): Clause => {
    const parts = [test()];
    while (take('AND')) parts.push(test());
    return { kind: 'and', parts };
  };
  const any = (): Clause => {
    const parts = [all()];
    while (take('OR')) parts.push(all());
    return { kind: 'or', parts };
  };
  const where = tokens.length === 0 || peek('ORDER') ? null : any();
  const order: { field: string; descending: boolean }[] = [];
  if (take('ORDER', 'BY')) {
    do {
      const field = next().text;
      order.push({ field, descending: take('DESC') });
      take('ASC');
    } while (take(','));
  }
  const rest = tokens[at];
  if (rest !== undefined) throw new JqlError(`Error in the JQL Query: Expecting nothing more but got '${rest.text}'.`);
  return { where, order };
}

/**
 * Words in the little language of text searches: phrases in quotes, single words without. Operators of it that are not
 * escaped are an error here, so that a test sees them.
 */
export function phrasesOf(text: string): readonly string[] {
  const phrases: string[] = [];
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|([\p{L}\p{N}_.-]+)/suy;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (found === null) throw new JqlError(`Unable to parse the text '${text}' for the field 'text'.`);
    const phrase = found[1] ?? found[2];
    if (phrase !== undefined) phrases.push(phrase.replaceAll(/\\(.)/gsu, '$1'));
  }
  return phrases;
}
