import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';

const folder = new URL('../console/', import.meta.url);

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** The console's files. None holds anything about a change. */
export type Pages = {
  readonly shell: () => Response;
  readonly signIn: () => Response;
  readonly asset: (name: string) => Response | undefined;
};

/** Reads all files of the console once; names that are not among them lead nowhere. */
export function readPages(): Pages {
  const files = new Map(
    readdirSync(folder).map((name) => [
      name,
      { bytes: readFileSync(new URL(name, folder)), type: types[extname(name)] },
    ]),
  );
  const answer = (name: string): Response | undefined => {
    const file = files.get(name);
    if (file?.type === undefined) return undefined;
    return new Response(new Uint8Array(file.bytes), { headers: { 'Content-Type': file.type } });
  };
  const page = (name: string) => (): Response => {
    const response = answer(name);
    if (!response) throw new Error(`the console has no ${name}`);
    return response;
  };
  return { shell: page('index.html'), signIn: page('sign-in.html'), asset: answer };
}
