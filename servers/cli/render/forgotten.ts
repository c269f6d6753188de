import { styleText } from 'node:util';
import * as z from 'zod';
import { visibleLine } from '../visible.ts';

const text = z.string();
const entry = z.looseObject({ server: text, thing: text });

/** What was forgotten, or would be, as the program says it. */
export const forgetReport = z.looseObject({
  thing: text,
  title: text,
  namespace: text,
  texts: z.number(),
  revisions: z.number(),
  comments: z.number(),
  under: z.array(text),
  also_said_by: z.array(text),
  taken_out: z.boolean(),
  shredded: z.boolean(),
  stays: z.looseObject({ titles: z.array(text), changes: z.array(text), vectors: text.nullable() }),
  trace: z
    .looseObject({
      readers: z.array(z.looseObject({ agent: text, first: text, last: text, times: z.number() })),
      influenced: z.array(
        z.looseObject({ id: text, status: text, tool: text, agent: text, createdAt: text, wrote: z.array(entry) }),
      ),
      cut: z.boolean(),
    })
    .nullable(),
});
type Report = z.output<typeof forgetReport>;

/** What there is to forget, for a person at a terminal who is asked whether to. */
export function renderToForget(found: Report): string {
  const { revisions, texts, comments, under } = found;
  const children = under.length === 0 ? '' : `, ${under.length} pages under it, which stay`;
  return [
    styleText('bold', nameOf(found)),
    `  ${revisions} revisions with ${texts} texts, ${comments} comments${children}`,
    ...stayingOf(found),
    ...touched(found),
    '',
  ].join('\n');
}

/** What was forgotten, for a person at a terminal. */
export function renderForgotten(found: Report): string {
  const done = found.shredded
    ? 'Its texts are gone from the file.'
    : 'Its texts are out of the knowledge base. A server was reading: their bytes go with the next stop of the suite.';
  const byHand = 'It is hidden and refused here. Delete it on the backend now, by hand, and empty the trash there.';
  return [
    styleText('bold', `${nameOf(found)} is forgotten.`),
    `  ${found.taken_out ? done : byHand}`,
    ...stayingOf(found),
    ...touched(found),
  ].join('\n');
}

/** What it does not reach, of which this page has something. */
function stayingOf({ stays: { titles, changes, vectors } }: Report): string[] {
  const told = titles.map((title) => JSON.stringify(title)).join(', ');
  return [
    `  ${visibleLine(`The ledger keeps what it was called: ${told}`)}`,
    ...(changes.length === 0
      ? []
      : [
          `  ${visibleLine(`The ledger keeps what these changes wrote to it, until the retention of contents is over, and their plans: ${changes.join(', ')}`)}`,
        ]),
    ...(vectors === null
      ? []
      : [
          `  ${visibleLine(`Its vectors leave ${vectors} when the server next looks. To have the numbers off the disk, delete that file while the suite is stopped.`)}`,
        ]),
  ];
}

function nameOf({ title, thing, namespace }: Report): string {
  return visibleLine(`${title}  ${thing} in ${namespace}`);
}

function touched({ also_said_by: others, trace }: Report): string[] {
  const same = others.map((id) => `  ${visibleLine(id)} says, or said, the same to the letter: forget it too.`);
  if (trace === null) return [...same, 'Nobody has read it, as far as is on record.'];
  const { readers, influenced, cut } = trace;
  return [
    ...same,
    ...(cut ? ['There is too much: not all of it is told.'] : []),
    'Who read it:',
    ...readers.map(({ agent, first, last, times }) => `  ${visibleLine(`${agent}  ${first} to ${last}  ${times} ×`)}`),
    'What may have come of it:',
    ...(influenced.length === 0 ? ['  nothing'] : influenced.map(influencedLine)),
  ];
}

function influencedLine({ id, status, tool, agent, createdAt, wrote }: NonNullable<Report['trace']>['influenced'][0]) {
  const left = wrote.map(({ server, thing }) => `${server}/${thing}`).join(', ');
  return `  ${visibleLine(`${id}  ${status}  ${createdAt}  ${agent}  ${tool}${left === '' ? '' : `  wrote ${left}`}`)}`;
}
