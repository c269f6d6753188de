/** Permissions of a GitHub App, or of a token of it, by GitHub's names. */
export type Permissions = Readonly<Record<string, 'read' | 'write'>>;

/** What is missing of what is needed, and what was given beyond it. */
export function compared(
  needed: Permissions,
  given: Readonly<Record<string, string>>,
): { readonly missing: readonly string[]; readonly beyond: readonly string[] } {
  const reaches = (has: string | undefined, level: string): boolean =>
    has === level || has === 'write' || has === 'admin';
  return {
    missing: Object.entries(needed).flatMap(([name, level]) =>
      reaches(given[name], level) ? [] : [`${name}: ${level}`],
    ),
    beyond: Object.entries(given)
      .toSorted()
      .flatMap(([name, level]) => {
        const wanted = needed[name];
        // GitHub gives it with every other one.
        if (name === 'metadata' && level === 'read') return [];
        return wanted !== undefined && reaches(wanted, level) ? [] : [`${name}: ${level}`];
      }),
  };
}
