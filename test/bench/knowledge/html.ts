/** What is not said in a page but around it. */
const left = new Set(['head', 'script', 'style', 'nav', 'header', 'footer', 'aside', 'noscript', 'template', 'svg']);
/** What is a line, or several, of its own. */
const blocks = new Set(
  ['p', 'div', 'ul', 'ol', 'dl', 'dt', 'dd', 'tr', 'table', 'section', 'article', 'blockquote', 'main', 'form'].concat([
    ...['figure', 'figcaption', 'hr', 'body', 'caption', 'details', 'summary'],
  ]),
);

const piece = /<!--[\s\S]*?-->|<[!?][^>]*>|<\/?([a-zA-Z][a-zA-Z0-9]*)\b[^>]*>|[^<]+|</g;

/** The title of a page of HTML, and its text with headings, lists and code as Markdown has them. */
export function fromHtml(html: string): { readonly title: string; readonly text: string } {
  const title = decoded(/<title[^>]*>([\s\S]*?)<\/title>/i.exec(html)?.[1] ?? '').replace(/\s+/g, ' ');
  const out: string[] = [];
  let preformatted = 0;
  for (const { token, name, isEnd } of shownIn(html)) {
    if (name === 'pre') preformatted = Math.max(0, preformatted + (isEnd ? -1 : 1));
    out.push(name === '' ? said(token, preformatted > 0) : markOf(name, isEnd));
  }
  return { title: title.trim(), text: tidy(out.join('')) };
}

type Token = { readonly token: string; readonly name: string; readonly isEnd: boolean };

/** Tags and texts, without what is left out. */
function* shownIn(html: string): Generator<Token> {
  let [skipped, depth] = ['', 0];
  for (const [token, tag = ''] of html.matchAll(piece)) {
    const name = tag.toLowerCase();
    const isEnd = token.startsWith('</');
    if (skipped !== '') {
      if (name === skipped) depth += isEnd ? -1 : 1;
      if (depth === 0) skipped = '';
    } else if (left.has(name) && !isEnd) {
      [skipped, depth] = [name, 1];
    } else {
      yield { token, name, isEnd };
    }
  }
}

/** What is no tag: text, or nothing that is shown. */
function said(token: string, isPreformatted: boolean): string {
  if (/^<[!?]/.test(token)) return '';
  return isPreformatted ? decoded(token) : decoded(token).replace(/\s+/g, ' ');
}

/** Before a heading until its text is known: a character that no text has. */
const headingMark = '\uE000';

function markOf(name: string, isEnd: boolean): string {
  if (name === 'pre') return isEnd ? '\n```\n\n' : '\n\n```\n';
  if (name === 'br') return '\n';
  if (name === 'li') return isEnd ? '\n' : '\n- ';
  if (name === 'td' || name === 'th') return isEnd ? ' ' : '';
  const [, level] = /^h([1-6])$/.exec(name) ?? [];
  if (level !== undefined) return isEnd ? '\n\n' : `\n\n${headingMark}${'#'.repeat(Number(level))} `;
  return blocks.has(name) ? '\n' : '';
}

/** One blank line where there are several; a heading is one line, whatever is in it. */
function tidy(text: string): string {
  return text
    .replace(/¶|\u00ad/g, '')
    .replace(new RegExp(`${headingMark}(#+)\\s+`, 'g'), '$1 ')
    .replace(/[ \t\u00a0]+\n/g, '\n')
    .replace(/\n[ \t]+(?=\n)/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const named: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', copy: '©', reg: '®', mdash: '—', ndash: '–' },
  ...{ lsquo: '‘', rsquo: '’', ldquo: '“', rdquo: '”', hellip: '…', laquo: '«', raquo: '»', para: '', middot: '·' },
};

function decoded(text: string): string {
  return text.replace(/&(?:#(\d+)|#[xX]([0-9a-fA-F]+)|([a-zA-Z]+));/g, (whole, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code < 0x110000 && !(code >= 0xd800 && code < 0xe000) ? String.fromCodePoint(code) : '';
  });
}
