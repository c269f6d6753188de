const shown = 10;

/** Names in quotes, the first few of many, saying how many are left out. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, shown).map((name) => JSON.stringify(name));
  return names.length > shown ? `${first.join(', ')} and ${names.length - shown} more` : first.join(', ');
}
