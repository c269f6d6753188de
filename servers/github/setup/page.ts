const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const frame = (title: string, body: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escaped(title)}</title><body>${body}</body></html>`;

/** The page with the one button that takes a manifest to GitHub. */
export function formPage(to: string, manifest: object): string {
  const shown = escaped(JSON.stringify(manifest, null, 2));
  return frame(
    'Make the GitHub App of Countersign',
    `<h1>Make the GitHub App of Countersign</h1>
<p>This takes you to ${escaped(new URL(to).host)}, where you give the App its name and agree. It asks for:</p>
<pre>${shown}</pre>
<form method="post" action="${escaped(to)}">
<input type="hidden" name="manifest" value="${escaped(JSON.stringify(manifest))}">
<button>Go on to GitHub</button>
</form>`,
  );
}

/** What is said at the end of it. */
export const messagePage = (text: string): string => frame('Countersign', `<p>${escaped(text)}</p>`);

/** Nothing but the form is let through, and nobody else frames or keeps the page. */
export function pageHeaders(formTo?: string): Readonly<Record<string, string>> {
  const form = formTo === undefined ? "form-action 'none'" : `form-action 'self' ${formTo}`;
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `default-src 'none'; ${form}; frame-ancestors 'none'; base-uri 'none'`,
    'cache-control': 'no-store',
    // Without one, a browser would post the form as from nowhere.
    'referrer-policy': 'strict-origin',
    'x-content-type-options': 'nosniff',
  };
}
