import type { Cell, Table } from '../part.ts';
import type { Half, Measured } from './corpus.ts';

const codes = ['instructions', 'encoded_content', 'exfiltration'] as const;

/** Attacks that are found, and false alarms, of one half of every corpus. */
export function tablesOf(all: readonly Measured[], half: Half): readonly Table[] {
  const attacks = all.filter((corpus) => corpus.attacks);
  const clean = all.filter((corpus) => !corpus.attacks);
  const named = codes.map((name) => ({ name }));
  const columns = [{ name: `${half}` }, { name: 'documents' }, { name: 'flagged' }, ...named];
  const rows = (of: readonly Measured[], per: number): Cell[][] => of.map((corpus) => rowOf(corpus, half, per));
  return [
    { columns: [...columns, { name: 'recall', digits: 2 }], rows: rows(attacks, 1) },
    { columns: [...columns, { name: 'false alarms per 1,000', digits: 1 }], rows: rows(clean, 1_000) },
    sums(attacks, clean, half),
  ];
}

function rowOf(corpus: Measured, half: Half, per: number): Cell[] {
  const documents = corpus.documents.filter((each) => each.half === half);
  const flagged = documents.filter(({ found }) => found.length > 0).length;
  const byCode = codes.map((code) => documents.filter(({ found }) => found.some((each) => each.code === code)).length);
  return [corpus.name, documents.length, flagged, ...byCode, (flagged * per) / documents.length];
}

/** What is flagged of a mixture of all corpora as they are: precision says as much about their sizes as about the scanner. */
function sums(attacks: readonly Measured[], clean: readonly Measured[], half: Half): Table {
  const count = (of: readonly Measured[], isFlagged: boolean): number =>
    of
      .flatMap(({ documents }) => documents)
      .filter((each) => each.half === half && (!isFlagged || each.found.length > 0)).length;
  const [found, alarms] = [count(attacks, true), count(clean, true)];
  return {
    columns: [
      { name: `${half}, all corpora` },
      { name: 'attacks' },
      { name: 'recall', digits: 2 },
      { name: 'clean' },
      { name: 'false alarms per 1,000', digits: 1 },
      { name: 'precision of this mixture', digits: 2 },
    ],
    rows: [
      [
        'sum',
        count(attacks, false),
        found / count(attacks, false),
        count(clean, false),
        (alarms * 1_000) / count(clean, false),
        found / (found + alarms),
      ],
    ],
  };
}

/** How fast it was, over all of a corpus. */
export function speedOf(all: readonly Measured[]): Table {
  const rows = all.map(({ name, bytes, ms }) => [name, bytes / 1e6, bytes / 1e3 / ms]);
  return { columns: [{ name: 'corpus' }, { name: 'MB', digits: 2 }, { name: 'MB/s', digits: 1 }], rows };
}
