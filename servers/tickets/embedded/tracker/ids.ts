/** The number that an id stands for; 0, which nothing has, for what is none. */
export function numberOf(id: string): number {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : 0;
}
