/** Writes what was asked for to standard output: for people, or for scripts as JSON. */
export function print(json: boolean | undefined, value: unknown, text: () => string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text());
}
