import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { fromHtml } from './html.ts';
import { type Language, type Manual, manuals } from './packages.ts';
import type { ManualPage } from './pages.ts';
import { fromRoff } from './roff.ts';

const run = promisify(execFile);

/** Shorter is no page but a list of links; longer is a whole book in one file, whose chapters are there as well. */
const [least, most] = [400, 400_000];

/**
 * All pages of the manuals, each text once, in an order that says nothing of them. What is not in the folder yet is got by
 * Debian's own client, as files: nothing is installed. Throws where a package is neither there nor to be had.
 */
export async function readManuals(folder: string): Promise<ManualPage[]> {
  mkdirSync(folder, { recursive: true });
  for (const name of new Set(manuals.map((manual) => manual.package))) await getPackage(folder, name);
  const pages = new Map<string, ManualPage>();
  for (const manual of manuals) {
    for (const page of pagesOf(folder, manual)) pages.set(digestOf(page.text), page);
  }
  return [...pages].toSorted(([one], [other]) => (one < other ? -1 : 1)).map(([, page]) => page);
}

async function getPackage(folder: string, name: string): Promise<void> {
  const place = join(folder, name);
  if (existsSync(place)) return;
  const kept = (): string | undefined => readdirSync(folder).find((file) => file.startsWith(`${name}_`));
  if (kept() === undefined) {
    console.error(`knowledge: apt-get download ${name}`);
    await run('apt-get', ['download', '-q', name], { cwd: folder });
  }
  await run('dpkg-deb', ['-x', join(folder, kept() ?? ''), place]);
}

function* pagesOf(folder: string, { package: name, folder: inside, language }: Manual): Generator<ManualPage> {
  const root = join(folder, name, inside);
  for (const path of readdirSync(root, { recursive: true, encoding: 'utf8' }).toSorted()) {
    const file = join(root, path);
    const isManual = /\/man\d\/|^man\d\//.test(path) && path.endsWith('.gz');
    if (!(isManual || path.endsWith('.html')) || !statSync(file).isFile()) continue;
    const bytes = readFileSync(file);
    const read = isManual ? fromRoff(gunzipSync(bytes).toString('utf8')) : fromHtml(decode(bytes));
    const text = read.text.replaceAll('\0', '').toWellFormed();
    const isPage = text.length >= least && text.length <= most && languageOf(text) === language;
    if (isPage) yield { path: `${name}/${path}`, language, title: (read.title || path).slice(0, 200), text };
  }
}

function decode(bytes: Uint8Array): string {
  const [, charset = 'utf-8'] =
    /charset=["']?([\w-]+)/i.exec(Buffer.from(bytes.subarray(0, 2_000)).toString('latin1')) ?? [];
  return new TextDecoder(charset).decode(bytes);
}

/** Translations have pages that nobody has translated. */
function languageOf(text: string): Language {
  const japanese = text.match(/[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/gu)?.length ?? 0;
  return japanese * 10 >= text.length ? 'ja' : 'en';
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
