/** Compares by a text first and by a number where that is equal: for sorting by time, then by age. */
export function byTextThenNumber<T>(text: (item: T) => string, number: (item: T) => number): (a: T, b: T) => number {
  return (a, b) => {
    if (text(a) === text(b)) return number(a) - number(b);
    return text(a) < text(b) ? -1 : 1;
  };
}
