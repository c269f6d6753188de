import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { ChildSpec } from '#servers/suite/children.ts';
import type { Report } from '#servers/suite/supervise.ts';

export type Behaviour =
  | 'wants another configuration'
  | 'cannot start while the marker is there'
  | 'does not end when asked'
  | 'is never ready';

/** A small server to supervise; see stubs/server.ts. */
export function stub(name: string, behaviour?: Behaviour, marker = ''): ChildSpec {
  return {
    name,
    main: fileURLToPath(new URL('stubs/server.ts', import.meta.url)),
    environment: { NAME: name, BEHAVIOUR: behaviour ?? '', MARKER: marker },
  };
}

export type Recorder = Report & {
  readonly lines: string[];
  readonly events: string[];
  readonly links: string[];
};

/** Keeps what a supervisor reports. */
export function recorder(): Recorder {
  const lines: string[] = [];
  const events: string[] = [];
  const links: string[] = [];
  return {
    lines,
    events,
    links,
    line: (child, text) => void lines.push(`${child}: ${text}`),
    event: (text) => void events.push(text),
    signIn: (link) => void links.push(link),
  };
}

/** Looks again until something holds; the test's own time limit is the limit. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await sleep(5);
}

export function isRunning(pid: number): boolean {
  try {
    // A process that ended and was not yet waited for is still listed, as a zombie.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
