import { readdirSync, readFileSync } from 'node:fs';

/** A process below another one, with its arguments and its environment as one text. */
export type Process = { readonly pid: number; readonly said: string };

/** The processes that a process started, and that those did. */
export function childrenOf(pid: number): Process[] {
  const all = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const children = all.filter((name) => parentOf(name) === pid).map(Number);
  return children.flatMap((child) => [{ pid: child, said: saidOf(child) }, ...childrenOf(child)]);
}

function parentOf(pid: string): number | null {
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === undefined || state === 'Z' || parent === undefined ? null : Number(parent);
}

const saidOf = (pid: number): string => `${read(`/proc/${pid}/cmdline`)}\n${read(`/proc/${pid}/environ`)}`;

/** A process may end while it is looked at. */
function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
