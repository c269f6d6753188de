import { fstatSync } from 'node:fs';

/**
 * Calls back when the process that started this one is gone: a supervisor keeps a pipe open as our standard input, and
 * the system closes it when the supervisor ends in whatever way. A terminal or /dev/null there means that nobody does.
 */
export function onParentGone(callback: () => void): void {
  const input = fstatSync(0, { throwIfNoEntry: false });
  if (!input?.isSocket() && !input?.isFIFO()) return;
  process.stdin.on('end', callback).on('error', callback).resume();
}
