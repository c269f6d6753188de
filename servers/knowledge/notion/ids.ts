/** The immutable ids of pages, blocks, comments and users, in the one form that Notion answers with. */
export const isId = (text: string): boolean => /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text);

/** An id as it stands in addresses and as it is told, with or without dashes; null for none. */
export function idOf(text: string): string | null {
  const hex = text.toLowerCase().replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/.test(hex)) return null;
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
