/** Tells the line (from 1) of places in a text that are asked for in ascending order, in one pass over it. */
export function lineIn(text: string): (at: number) => number {
  let [line, next] = [1, text.indexOf('\n')];
  return (at) => {
    while (next !== -1 && next < at) {
      line += 1;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}
