import { elsewhere } from './addresses.ts';
import type { Finding, Place } from './finding.ts';
import { lineIn } from './places.ts';

const placeholder =
  '(?:\\{[^}\\s]{1,60}\\}|\\$\\{|%7[Bb]|<[a-z][a-z _-]{1,40}>|\\[[A-Za-z][A-Za-z _-]{2,40}\\]|[A-Z]{2,20}_[A-Z_]{2,30}(?:HERE|DATA|VALUE|CONTENT|TEXT)?(?=[)\\s"&]|$))';

const data =
  '(?:conversations?|chat|history|credentials?|passwords?|api keys?|secrets?|tokens?|private keys?|ssh keys?|environment variables?|contents? of|everything|what you|(?:user|personal|private|confidential|sensitive|customer|internal)(?:.s)? (?:data|info|information|details|messages|files|documents|records|name|emails?)|all (?:the |of the |your |my )?(?:data|files|emails|messages|documents|information)|(?:this|the|a) (?:system )?(?:prompt|summary|context|answer|question)|会話|履歴|認証情報|apiキー|パスワード|機密|個人情報|環境変数|秘密鍵|トークン|読んだ内容|要約)';

const address = '(?:https?:\\/\\/[^\\s)>\\]]{4,200}|[\\w.+-]{1,60}@[\\w-]{1,60}\\.[\\w.-]{2,60})';

const requests = [
  `\\b(?:send|post|forward|e-?mail|upload|transmit|submit|leak|exfiltrate|copy|append|deliver|share|write|put|pass)\\b[^.\\n]{0,60}\\b${data}[^\\n]{0,80}\\b(?:to|at|into|via|with|in|using)\\b[^\\n]{0,30}${address}`,
  `\\b(?:append|add|include|insert|encode|attach|put|replace|concatenate|embed)\\b[^.\\n]{0,40}\\b${data}[^.\\n]{0,60}\\b(?:in|into|to|as|with|of)\\b[^.\\n]{0,30}\\b(?:urls?|query|parameters?|links?|images?|markdown image|addresse?s?)\\b`,
  `\\b(?:visit|fetch|open|load|request|get|call|curl|wget|render|display|browse to)\\b[^\\n]{0,40}https?:\\/\\/[^\\s]{3,200}[?&=][^\\s]{0,80}${placeholder}`,
  `${data}[^。\\n]{0,30}(?:を|も)[^。\\n]{0,40}${address}[^。\\n]{0,12}(?:に|へ|宛)[^。\\n]{0,12}(?:送|転送|post|投稿|アップロード|付け|追加|渡)`,
  `${address}[^。\\n]{0,12}(?:に|へ|宛て?に)、?[^。\\n]{0,30}${data}[^。\\n]{0,20}(?:送|転送|post|投稿|アップロード|付け|追加|渡)`,
];

/** Services whose use is to show somebody what was sent to them. */
const collectors =
  'https?:\\/\\/[\\w.-]{0,80}\\b(?:webhook\\.site|requestbin\\.(?:com|net)|pipedream\\.net|burpcollaborator\\.net|oastify\\.com|oast\\.(?:pro|live|site|online|fun|me)|interact\\.sh|requestcatcher\\.com|beeceptor\\.com|canarytokens\\.(?:com|org)|dnslog\\.cn|ceye\\.io|hookbin\\.com|postb\\.in)\\b';

const requested = new RegExp(`${requests.join('|')}|${collectors}`, 'giu');

/** Pictures are fetched without anybody doing anything, links by who follows them: what is in the address is told. */
const pictures = new RegExp(
  `!\\[[^\\]\\n]{0,200}\\]\\(<?https?:\\/\\/[^)\\n]{0,300}?${placeholder}|<(?:img|picture|source|video|audio|iframe|embed)\\b[^>\\n]{0,200}?\\bsrc[ \\t]?=[ \\t]?["']?https?:\\/\\/[^>\\s"']{0,300}?${placeholder}`,
  'gu',
);
const pictureWithData =
  /(?:!\[[^\]\n]{0,200}\]\(<?|<img\b[^>\n]{0,200}?\bsrc[ \t]?=[ \t]?["']?)https?:\/\/[^)\s"'?]{3,200}\?[^)\s"']{0,200}=[A-Za-z0-9+/_%-]{64,}/gu;
const links = new RegExp(
  `(?<!!)\\[[^\\]\\n]{1,200}\\]\\(<?https?:\\/\\/[^)\\s?]{3,200}\\?[^)\\n]{0,300}?${placeholder.replace('|%7[Bb]', '')}`,
  'gu',
);

/** What could carry what a model has read to somewhere else. */
export function exfiltrationIn(text: string): readonly Finding[] {
  const line = lineIn(text);
  const found = [requested, pictures, pictureWithData, links].flatMap((pattern) => placesOf(text, pattern));
  return [...found, ...elsewhere(text)]
    .toSorted((one, other) => one.at - other.at)
    .map(({ at, excerpt }) => ({ code: 'exfiltration', excerpt, line: line(at) }));
}

function placesOf(text: string, pattern: RegExp): readonly Place[] {
  return Array.from(text.matchAll(pattern), ({ 0: excerpt, index }) => ({ at: index, excerpt }));
}
