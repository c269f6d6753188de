import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** One answered (or, through a fault, unanswered) request. No body, no secret. */
export type LoggedRequest = {
  time: string;
  method: string;
  path: string;
  /** GraphQL only. */
  operations?: string[];
  fields?: string[];
  /** 0 where a fault left the request without an answer. */
  status: number;
  /** The fault that was played, e.g. `after drop`. */
  fault?: string;
  caller: 'app' | 'installation' | 'none';
  installation?: number;
  /** The number of the token, which says nothing about the token itself. */
  token?: number;
  repository?: string;
};

export type RequestLog = { write: (entry: LoggedRequest) => void; close: () => void };

/** Appends to `requests.jsonl` (0600), one line a request, in the file before the answer goes out. */
export function openRequestLog(dataDir: string): RequestLog {
  const file = openSync(join(dataDir, 'requests.jsonl'), 'a', 0o600);
  return {
    write: (entry) => void writeSync(file, `${JSON.stringify(entry)}\n`),
    close: () => closeSync(file),
  };
}
