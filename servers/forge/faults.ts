import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

/**
 * A fault for tests. `match` is the name of a GraphQL root field (`createCommitOnBranch`) or a method and the start of
 * a path (`GET /api/v3/repos/acme`). `before`: the request came, nothing was done. `after`: it was done, but the answer
 * is lost. `hang` never answers, `drop` ends the connection, `status` answers with that status, headers and body
 * instead. Two of them lose nothing: `delay` waits `ms` before it goes on, and `duplicate` has the request carried out
 * a second time, as a network that repeats it would; with `before` it is the second answer that the client gets.
 * The first `skip` requests that match go by unharmed.
 */
const faultSchema = z.strictObject({
  match: z.string().min(1),
  when: z.enum(['before', 'after']),
  do: z.enum(['hang', 'drop', 'status', 'delay', 'duplicate']),
  status: z.int().min(200).max(599).default(502),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default('{"message":"Server Error"}'),
  ms: z.int().min(0).max(60_000).default(1_000),
  skip: z.int().min(0).default(0),
  times: z.int().min(1).default(1),
});
export type Fault = z.infer<typeof faultSchema>;

export type Faults = {
  /** The fault that is due for a request, counted as used. `names`: its root fields and its `METHOD /path`. */
  take: (when: Fault['when'], names: readonly string[]) => Fault | undefined;
};

/**
 * Faults come from a JSON file that is read on every request, so that a test can change it while forge runs. Writing the
 * file anew, even with the same faults, arms them again. Write it whole (a new file, renamed) while requests come.
 */
export function makeFaults(file: string | undefined): Faults {
  const used = new Map<string, number>();
  return {
    take: (when, names) => {
      if (file === undefined) return undefined;
      for (const [index, fault] of readFaults(file).entries()) {
        const key = `${versionOf(file)} ${index}`;
        if (fault.when !== when || !names.some((name) => matches(fault.match, name))) continue;
        const count = used.get(key) ?? 0;
        if (count >= fault.skip + fault.times) continue;
        used.set(key, count + 1);
        if (count >= fault.skip) return fault;
      }
      return undefined;
    },
  };
}

/** Another one each time the file is written. */
function versionOf(file: string): string {
  const { ino, mtimeNs } = statSync(file, { bigint: true });
  return `${ino} ${mtimeNs}`;
}

const matches = (match: string, name: string): boolean =>
  match.includes(' ') ? name.startsWith(match) : name === match;

function readFaults(file: string): Fault[] {
  try {
    return z.array(faultSchema).parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
