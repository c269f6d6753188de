/** The signature in the address of a file that Notion keeps, which is another one each time that a page is read. */
const signed = /(https:\/\/[^\s"'()<>?]+)\?[^\s"'()<>]*(?:X-Amz-|Signature=|expirationTimestamp=)[^\s"'()<>]*/gu;

/** The name of another page or of a person, which changes without the page. */
const named = /(<(page|database|mention-[a-z-]+)\b[^<>]*>)([^<]*)(?=<\/\2>)/gu;

/** A text as Notion gives it, without what changes by itself while nobody changes the page. */
export const steady = (native: string): string => native.replace(signed, '$1').replace(named, '$1');

/** A text with, again, what of another one is not in its steady form. */
export function unsteadied(native: string, before: string): string {
  const names = new Map([...before.matchAll(named)].map(([, open = '', , name = '']) => [open, name]));
  const addresses = new Map([...before.matchAll(signed)].map(([whole, address = '']) => [address, whole]));
  const withNames = names.size === 0 ? native : native.replace(named, (_, open) => open + (names.get(open) ?? ''));
  if (addresses.size === 0) return withNames;
  return withNames.replace(signed, '$1').replace(/https:\/\/[^\s"'()<>?]+/gu, (each) => addresses.get(each) ?? each);
}
