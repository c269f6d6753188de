import type { Finding, Report } from '#shared/doctor/report.ts';
import { accessOf, visibleProjectByKey } from './read/access.ts';
import type { Tracker } from './tracker/tracker.ts';

/** Looks whether the file can be read and written, and what the server's account may do in these projects. */
export function examine(tracker: Tracker, self: number, projects: readonly string[]): Report {
  const head = { format: 'countersign/doctor@1', server: 'tickets', backend: tracker.origin } as const;
  try {
    // Takes the lock of writers and lets it go.
    tracker.write(() => {});
    const found = projects.map((key) => ofProject(tracker, self, key));
    return { ...head, reached: true, findings: [ofFile, ...found] };
  } catch {
    const message = 'The file of the tracker cannot be read or written now.';
    const next = 'Look at the disk, and whether another process holds the file.';
    return {
      ...head,
      reached: false,
      findings: [{ about: 'tracker', check: 'file', verdict: 'wrong', message, next }],
    };
  }
}

const ofFile: Finding = {
  about: 'tracker',
  check: 'file',
  verdict: 'ok',
  message:
    'The file can be read and written. There is no credential and no other clock: the tracker is part of the server.',
};

function ofProject(tracker: Tracker, self: number, key: string): Finding {
  const row = visibleProjectByKey(tracker, key, self);
  const about = key;
  if (row === null) {
    const message = 'There is no such project, or the account of this server is not in it.';
    return { about, check: 'project', verdict: 'wrong', message, next: 'Check the projects of the blueprints.' };
  }
  if (row.archived === 1) {
    const message = 'The project is archived: it can be read, and nothing can be written to it.';
    return { about, check: 'project', verdict: 'advice', message };
  }
  if (accessOf(tracker, row.id, self) === 'read') {
    return { about, check: 'project', verdict: 'advice', message: 'The account of this server may only read it.' };
  }
  return { about, check: 'project', verdict: 'ok', message: 'The project can be read and written.' };
}
