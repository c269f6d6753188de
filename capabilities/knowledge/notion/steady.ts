/** The signature in the address of a file that Notion keeps, which is another one each time that a page is read. */
const signed = /(https:\/\/[^\s"'()<>?]+)\?[^\s"'()<>]*(?:X-Amz-|Signature=|expirationTimestamp=)[^\s"'()<>]*/gu;

/** The name of another page or of a person, which changes without the page. */
const named = /(<(page|database|mention-[a-z-]+)\b[^<>]*>)[^<]*(?=<\/\2>)/gu;

/** A text as Notion gives it, without what changes by itself while nobody changes the page. */
export const steady = (native: string): string => native.replace(signed, '$1').replace(named, '$1');

/** A text with, again, what of another one is not in its steady form. */
export function unsteadied(native: string, before: string): string {
  const lines = new Map<string, string>();
  for (const line of before.split('\n')) if (steady(line) !== line) lines.set(steady(line).trim(), line.trim());
  if (lines.size === 0) return native;
  const addresses = new Map([...before.matchAll(signed)].map(([whole, address = '']) => [address, whole]));
  return native
    .split('\n')
    .map((line) => {
      const whole = lines.get(line.trim());
      if (whole !== undefined) return line.replace(line.trim(), () => whole);
      return line.replace(
        /https:\/\/[^\s"'()<>?]+(?![^\s"'()<>]*\?)/gu,
        (address) => addresses.get(address) ?? address,
      );
    })
    .join('\n');
}
