import type { Cell, Column, Table } from '../part.ts';
import { median, spread } from '../statistics.ts';
import type { Language } from './packages.ts';
import { type Kind, kinds, type Question } from './questions.ts';
import type { Answer, Trial } from './trial.ts';

/** What was found on one corpus. */
export type Trials = {
  readonly passages: number;
  readonly questions: readonly Question[];
  readonly trials: readonly Trial[];
};

const languages = ['en', 'ja'] as const;
const head: readonly Column[] = [{ name: 'passages' }, { name: 'engine' }];
const ms = (name: string): Column => ({ name: `${name} (ms)`, digits: 2 });

type Pick = (kind: Kind, language: Language) => boolean;

/** Speed, recall, speed by kind of question, and what it takes. */
export function tablesOf(all: readonly Trials[]): Table[] {
  const each = (cells: (trial: Trial, among: (pick: Pick) => Asked[]) => Cell[]): Cell[][] =>
    all.flatMap(({ passages, questions, trials }) =>
      trials.map((trial) => {
        const asked = trial.answers.flatMap((answer): Asked[] => {
          const question = questions[answer.question];
          return question === undefined ? [] : [{ question, answer }];
        });
        const among = (pick: Pick): Asked[] => asked.filter(({ question: { kind, language } }) => pick(kind, language));
        return [passages, trial.name, ...cells(trial, among)];
      }),
    );
  const columns = languages.flatMap((language) => kinds.map((kind) => ({ language, kind })));
  return [
    {
      columns: [...head, ...languages.flatMap((of) => [ms(`${of} p50`), ms(`${of} p99`), { name: `${of} answers` }])],
      rows: each((_, among) => languages.flatMap((of) => times(among((_kind, language) => language === of)))),
    },
    {
      columns: [...head, ...recalled.map(({ name }) => ({ name, digits: 2 }))],
      rows: each((_, among) => recalled.map(({ pick }) => recall(among(pick)))),
    },
    {
      columns: [...head, ...columns.map(({ language, kind }) => ms(`${language}, ${kind}`))],
      rows: each((_, among) =>
        columns.map((of) => p50(among((kind, language) => kind === of.kind && language === of.language))),
      ),
    },
    {
      columns: [...head, { name: 'passages/s' }, { name: 'size (MB)', digits: 1 }, { name: 'memory (MB)' }],
      rows: each(({ indexed, bytes, memory }) => [
        indexed === null || indexed.seconds === 0 ? '' : indexed.passages / indexed.seconds,
        bytes === null ? '' : bytes / 1e6,
        memory / 1e6,
      ]),
    },
  ];
}

type Asked = { readonly question: Question; readonly answer: Answer };

const isKnown = (kind: Kind): boolean => kind === 'three words' || kind === 'as written';

const recalled: readonly { readonly name: string; readonly pick: Pick }[] = languages.flatMap((of) => [
  { name: `${of}, the page: three words`, pick: (kind, language) => language === of && kind === 'three words' },
  { name: `${of}, the page: as written`, pick: (kind, language) => language === of && kind === 'as written' },
  { name: `${of}, pages with all words`, pick: (kind, language) => language === of && !isKnown(kind) },
]);

function times(asked: readonly Asked[]): Cell[] {
  const good = asked.filter(({ answer }) => answer.pages !== null);
  return good.length === 0 ? ['', '', 0] : spread(good.map(({ answer }) => answer.ms));
}

function p50(asked: readonly Asked[]): Cell {
  const good = asked.filter(({ answer }) => answer.pages !== null);
  return good.length === 0 ? '' : median(good.map(({ answer }) => answer.ms));
}

/** The mean over the questions of how many of the pages that answer one are among the first ten, of ten at most. */
function recall(asked: readonly Asked[]): Cell {
  if (asked.length === 0) return '';
  const shares = asked.map(({ question, answer }) => {
    const right = new Set(question.pages);
    return (answer.pages ?? []).filter((page) => right.has(page)).length / Math.min(10, right.size);
  });
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}
