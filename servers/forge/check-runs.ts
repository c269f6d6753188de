import { appSlug } from './accounts.ts';
import type { Check } from './ci.ts';
import type { Forge } from './forge.ts';
import { timestamp } from './pulls.ts';
import type { Repository } from './repositories.ts';

/** What the App itself says of a commit. */
export type CheckRun = {
  id: number;
  name: string;
  commit: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Check['conclusion'];
  detailsUrl: string | null;
  externalId: string;
  title: string | null;
  summary: string | null;
  startedAt: string;
};

type Row = Omit<CheckRun, 'commit' | 'detailsUrl' | 'externalId' | 'startedAt'> & {
  commit_oid: string;
  details_url: string | null;
  external_id: string;
  started_at: string;
};

const toRun = ({ commit_oid, details_url, external_id, started_at, ...row }: Row): CheckRun => ({
  ...row,
  commit: commit_oid,
  detailsUrl: details_url,
  externalId: external_id,
  startedAt: started_at,
});

/** Oldest first. */
export function checkRunsOf(forge: Forge, repository: Repository): CheckRun[] {
  const rows = forge.db.prepare<[number], Row>('select * from check_run where repository = ? order by id');
  return rows.all(repository.id).map(toRun);
}

export function addCheckRun(forge: Forge, repository: Repository, run: Omit<CheckRun, 'id' | 'startedAt'>): CheckRun {
  const row = forge.db
    .prepare<unknown[], Row>(
      `insert into check_run (repository, name, commit_oid, status, conclusion, details_url, external_id, title, summary,
       started_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning *`,
    )
    .get(
      ...[repository.id, run.name, run.commit, run.status, run.conclusion, run.detailsUrl, run.externalId],
      ...[run.title, run.summary, timestamp(forge)],
    );
  if (!row) throw new Error('the check run was not stored');
  return toRun(row);
}

export function changeCheckRun(forge: Forge, run: CheckRun): CheckRun {
  forge.db
    .prepare(
      `update check_run set status = ?, conclusion = ?, details_url = ?, external_id = ?, title = ?, summary = ?
       where id = ?`,
    )
    .run(run.status, run.conclusion, run.detailsUrl, run.externalId, run.title, run.summary, run.id);
  return run;
}

/** A run as it stands among everything that CI says of a commit. */
export function asCheck({ id, name, status, conclusion, title, detailsUrl, startedAt }: CheckRun): Check {
  return {
    ...{ id, name, app: appSlug, status, conclusion, title, details_url: detailsUrl },
    ...{ started_at: startedAt, completed_at: status === 'completed' ? startedAt : null, steps: [], log: null },
  };
}
