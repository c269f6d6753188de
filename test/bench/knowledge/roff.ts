/** Signs that pages of man(7) name. */
const signs: Readonly<Record<string, string>> = {
  ...{ aq: "'", cq: '’', oq: '‘', lq: '“', rq: '”', dq: '"', em: '—', en: '–', bu: '•', co: '©', ha: '^', ti: '~' },
  ...{ rs: '\\', ga: '`', hy: '-', mi: '-', '->': '→', '<-': '←', '>=': '≥', '<=': '≤', mu: '×', '+-': '±' },
};

/** Requests whose words are text. */
const text =
  /^\.\s*(?:B|I|BR|RB|IR|RI|BI|IB|SM|SB|IP|TP|Nm|Nd|Fl|Ar|Op|Xr|It|Cm|Pa|Sq|Dq|Ev|Va|Ql|Li|Em|Sy|Fn|Ft|Fa)\s+(.*)$/;

/** The title of a manual page (man or mdoc), and its text with headings as Markdown has them. */
export function fromRoff(source: string): { readonly title: string; readonly text: string } {
  const out: string[] = [];
  let title = '';
  let ignored = false;
  for (const line of source.split('\n')) {
    if (ignored) {
      ignored = !/^\.\s*\./.test(line);
    } else if (/^['.]\s*\\"/.test(line)) {
      // A comment.
    } else if (/^\.\s*(?:de|ig)\b/.test(line)) {
      ignored = true;
    } else if (/^\.\s*(?:TH|Dt)\s/.test(line)) {
      const [name = '', section = ''] = words(line.replace(/^\.\s*\w+\s+/, ''));
      title = `${plain(name)}(${plain(section)})`;
    } else {
      out.push(shown(line));
    }
  }
  return {
    title,
    text: out
      .join('\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim(),
  };
}

function shown(line: string): string {
  const [, level, heading = ''] = /^\.\s*(SH|SS|Sh|Ss)\s+(.*)$/.exec(line) ?? [];
  if (level !== undefined) return `\n${/H$/i.test(level) ? '#' : '##'} ${plain(words(heading).join(' '))}\n`;
  if (/^\.\s*(?:PP|P|LP|Pp|sp|TP|IP|HP)\s*$/.test(line)) return '';
  const [, said] = text.exec(line) ?? [];
  if (said !== undefined) return plain(words(said).join(' '));
  return /^['.]/.test(line) ? '' : plain(line);
}

/** The words of a request; those in quotes are one. */
function words(line: string): string[] {
  return [...line.matchAll(/"((?:[^"]|"")*)"?|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

function plain(line: string): string {
  return line
    .replace(/\\".*$/, '')
    .replace(/\\f(?:\[[^\]]*\]|\(..|.)/g, '')
    .replace(/\\s(?:[-+]?\d|\([-+]?\d\d)/g, '')
    .replace(
      /\\\*(?:\[([^\]]*)\]|\((..)|(.))/g,
      (_, long, two, one) => ({ 'C+': 'C++' })[(long ?? two ?? one) as 'C+'] ?? '',
    )
    .replace(/\\(?:\[([^\]]*)\]|\((..))/g, (_, long, two) => signs[long ?? two] ?? '')
    .replace(/\\[&/|^,:%~]|\\[hvw]'[^']*'|\\c$/g, '')
    .replace(/\\e/g, '\\')
    .replace(/\\ /g, ' ')
    .replace(/\\([-'`.])/g, '$1')
    .trimEnd();
}
