import { problem } from './dom.js';
import { isLeaving } from './header.js';
import { open } from './request.js';

/** What comes in a burst is looked at once, and not by all open pages in the same moment. */
const gatherMs = () => 100 + Math.random() * 400;
/** A page that nobody looks at, or that has no stream, asks by itself. */
const slowMs = 15_000;
const longestWaitMs = 30_000;

/**
 * Refreshes a page whenever the server says that something is new. `alert` is told what stops it. A session that ended
 * leads to the sign-in page.
 */
export function live(refresh, alert) {
  let [running, again] = [false, false];
  let timer;
  const run = async () => {
    again = running;
    if (running || isLeaving()) return;
    running = true;
    try {
      await refresh();
      alert.textContent = '';
    } catch (error) {
      if (error.status === 401 && !isLeaving()) location.reload();
      else alert.textContent = problem(error);
    }
    running = false;
    if (again) soon();
  };
  const soon = () => {
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      void run();
    }, gatherMs());
  };
  setInterval(run, slowMs);
  void listen(soon);
}

/** A browser has few connections to a server for all its tabs, so only those that are looked at keep one open. */
async function listen(onNews) {
  let waitMs = 500;
  for (;;) {
    await visible();
    const stop = new AbortController();
    const hide = () => document.visibilityState !== 'visible' && stop.abort();
    document.addEventListener('visibilitychange', hide);
    try {
      const { body } = await open('/api/stream', { poll: true, signal: stop.signal });
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        if (text.includes('event: changed')) onNews();
        waitMs = 500;
      }
    } catch {
      // Whatever ended it, the page asks by itself until there is another one.
    }
    document.removeEventListener('visibilitychange', hide);
    if (document.visibilityState === 'visible') {
      onNews();
      await new Promise((resolve) => setTimeout(resolve, waitMs));
      waitMs = Math.min(2 * waitMs, longestWaitMs);
    }
  }
}

function visible() {
  if (document.visibilityState === 'visible') return undefined;
  return new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
}
