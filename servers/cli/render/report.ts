import type { Finding, Report } from '#shared/doctor/report.ts';
import { visible } from '../visible.ts';

const marks: Readonly<Record<Finding['verdict'], string>> = {
  ok: 'ok     ',
  advice: 'advice ',
  wrong: 'WRONG  ',
  unseen: 'unseen ',
};

/** What a doctor found, thing by thing. What has names from elsewhere in it is made visible. */
export function renderReport({ backend, findings }: Report): string {
  const things = [...new Set(findings.map(({ about }) => about))];
  const count = (verdict: Finding['verdict']): number => findings.filter((one) => one.verdict === verdict).length;
  const blocks = things.map((thing) => {
    const lines = findings.filter(({ about }) => about === thing).flatMap(linesOf);
    return [visible(thing), ...lines].join('\n');
  });
  const sum = `${count('wrong')} wrong, ${count('advice')} could be better, ${count('unseen')} cannot be seen (${backend}).`;
  return [...blocks, sum].join('\n\n');
}

function linesOf({ verdict, message, next }: Finding): readonly string[] {
  const first = `  ${marks[verdict]} ${visible(message)}`;
  return next === undefined ? [first] : [first, `          ${visible(next)}`];
}
