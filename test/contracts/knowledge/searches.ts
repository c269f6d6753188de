import { describe, expect, test } from 'vitest';
import type { Hit } from '#capabilities/knowledge-read/ports.ts';
import { attempts } from '#test/contracts/common.ts';
import { type Bench, refOf, trashOf, updateOf } from './bench.ts';

/** Searching, where every word is data, and nothing outside has a part in the answer. */
export function searchesContract(at: () => Bench): void {
  const search = async (
    text: string,
    within: readonly string[] = [at().namespace.key],
    under: readonly string[] | null = null,
  ) => {
    const query = { within: within.map((namespace) => ({ namespace, under })), text };
    return (await at().reader.search(query, { limit: 50 })).items;
  };
  const idsOf = (hits: readonly Hit[]): string[] => hits.map(({ id }) => id);
  const found = async (...asked: Parameters<typeof search>): Promise<string[]> => idsOf(await search(...asked));
  /** A word that nothing else has. */
  let words = 0;
  const word = (): string => {
    words += 1;
    return `${at().run}w${words}`;
  };

  describe('a search', () => {
    test('finds a page by a word of its title', async () => {
      const { newPage, settled, title } = at();
      const made = await newPage({ title: title('Orchards') });
      await settled(async () => expect(await found(`${at().run} orchards`)).toContain(made.id));
      expect(await found('thiswordisnowhere')).toEqual([]);
    });

    test('finds it by a word of its text, says where, and with which revision', async (context) => {
      const { newPage, settled, place } = at();
      if (place.able.searchesTexts !== true) return context.skip('texts are not searched');
      const rare = word();
      const made = await newPage({ text: `# Intro\n\nNothing.\n\n## Pruning\n\nCut ${rare} in winter.\n` });
      const hit = await settled(async () => {
        const [first] = await search(rare);
        expect(first?.id).toBe(made.id);
        return first as Hit;
      });
      expect(hit.snippet).toContain(rare);
      expect(hit).toMatchObject({ title: made.title, namespace: { key: at().namespace.key }, trashed: false });
      expect([made.revision.id, null]).toContain(hit.revision);
      expect(['Pruning', null]).toContain(hit.heading);
      if (hit.line !== null)
        expect(
          made.body.text
            .split('\n')
            .slice(hit.line - 1)
            .join('\n'),
        ).toContain(rare);
    });

    test('finds Japanese words within a run of characters, and texts of several scripts', async (context) => {
      const { newPage, settled, place } = at();
      if (place.able.searchesJapanese !== true) return context.skip('Japanese is not searched by words');
      const rare = word();
      const made = await newPage({ text: `知識基盤の検索手順。${rare} と Kubernetes の設定を確認する。` });
      for (const query of ['検索手順', '知識基盤', 'Kubernetes 設定', `検索 ${rare}`, '基盤']) {
        await settled(async () =>
          expect([query, await found(query)]).toEqual([query, expect.arrayContaining([made.id])]),
        );
      }
      expect(await found(`検策 ${word()}`)).not.toContain(made.id);
    });

    test('gives pages with all words first, and then those with any of them', async (context) => {
      const { newPage, settled, place } = at();
      if (place.able.searchesAnyWord !== true) return context.skip('it gives pages with all words alone');
      const [one, other] = [word(), word()];
      const first = await newPage({ text: `${one} ${one} ${one} ${one}` });
      const both = await newPage({
        text: `A long text in which ${one} and far away from it ${other} are mentioned once.`,
      });
      await settled(async () => {
        const ids = await found(`${one} ${other}`);
        expect(ids.toSorted()).toEqual([first.id, both.id].toSorted());
        expect(ids[0]).toBe(both.id);
      });
    });

    test('gives each page once over its pages, and ends', async () => {
      const { newPage, reader, settled, title, namespace } = at();
      const rare = word();
      const made = [await newPage({ title: title(`${rare} a`) }), await newPage({ title: title(`${rare} b`) })];
      made.push(await newPage({ title: title(`${rare} c`) }));
      await settled(async () => expect((await found(rare)).toSorted()).toEqual(idsIn(made).toSorted()));
      const all: string[] = [];
      let cursor: string | undefined;
      do {
        const query = { within: [{ namespace: namespace.key, under: null }], text: rare };
        const page = await reader.search(query, { limit: 2, cursor });
        expect(page.items.length).toBeLessThanOrEqual(2);
        all.push(...idsOf(page.items));
        cursor = page.cursor ?? undefined;
      } while (cursor !== undefined);
      expect(all.toSorted()).toEqual(idsIn(made).toSorted());
    });

    test('takes what is meant to break out of it for words', async () => {
      const { newPage, settled, namespace, title } = at();
      const rare = word();
      const made = await newPage({ title: title(rare) });
      await settled(async () => expect(await found(rare)).toContain(made.id));
      for (const text of [...attempts, 'title:x', 'NOT x', 'x NEAR y', 'x*', '"', '( ) AND OR', '{x} : ^2']) {
        for (const hit of await search(text)) expect([text, hit.namespace.key]).toEqual([text, namespace.key]);
      }
    });

    test('looks at no other namespace, whatever is in its words', async (context) => {
      const { newPage, other, settled, namespace, title } = at();
      if (other === null) return context.skip('there is no other namespace');
      const rare = word();
      const elsewhere = await newPage({ namespace: other, title: title(`${rare} elsewhere`) });
      const here = await newPage({ title: title(`${rare} here`) });
      await settled(async () => {
        expect(await found(rare, [namespace.key, other.key])).toEqual(expect.arrayContaining([elsewhere.id, here.id]));
      });
      for (const text of [rare, `${rare} space = ${other.key}`, `${rare}" OR space = "${other.key}`]) {
        expect(await found(text)).not.toContain(elsewhere.id);
      }
      expect(await found(rare, ['not-there-at-all'])).toEqual([]);
    });

    test('with pages to look under, finds these and what is under them alone', async () => {
      const { newPage, settled, namespace, title } = at();
      const rare = word();
      const top = await newPage({ title: title(`${rare} top`) });
      const below = await newPage({ parent: await newPage({ parent: top }), title: title(`${rare} below`) });
      const beside = await newPage({ title: title(`${rare} beside`) });
      await settled(async () => expect(await found(rare)).toEqual(expect.arrayContaining([below.id, beside.id])));
      await settled(async () => {
        const ids = await found(rare, [namespace.key], [top.id]);
        expect(ids).toEqual(expect.arrayContaining([top.id, below.id]));
        expect(ids).not.toContain(beside.id);
      });
      expect(await found(rare, [namespace.key], ['not-there'])).toEqual([]);
    });

    test('what is in another namespace has no part in ranks, counts and scores', async (context) => {
      const { newPage, other, settled, place } = at();
      if (other === null) return context.skip('there is no other namespace');
      if (place.able.scoresApart !== true) return context.skip('it gives no scores of its own');
      const [one, two] = [word(), word()];
      const made = [
        await newPage({ text: `${one} ${two} ${two}` }),
        await newPage({ text: `${one} ${one} and a few more words` }),
      ];
      await settled(async () => expect((await found(`${one} ${two}`)).toSorted()).toEqual(idsIn(made).toSorted()));
      const before = (await search(`${one} ${two}`)).map(shownOf);
      for (let index = 0; index < 5; index += 1)
        await newPage({ namespace: other, text: `${one} ${index} `.repeat(20) });
      await settled(async () => expect(await found(one, [other.key])).toHaveLength(5));
      expect((await search(`${one} ${two}`)).map(shownOf)).toEqual(before);
    });

    test('nor has what is beside the pages that it is limited to', async (context) => {
      const { newPage, settled, place, namespace } = at();
      if (place.able.scoresUnderApart !== true) return context.skip('scores are made of the whole namespace');
      const [one, two] = [word(), word()];
      const top = await newPage({ text: `${one} ${two} ${two}` });
      const below = await newPage({ text: `${one} ${one} and a few more words`, parent: top });
      const under = [top.id];
      const limited = () => search(`${one} ${two}`, [namespace.key], under);
      await settled(async () => expect(idsOf(await limited()).toSorted()).toEqual([top.id, below.id].toSorted()));
      const before = (await limited()).map(shownOf);
      for (let index = 0; index < 5; index += 1) await newPage({ text: `${one} ${index} `.repeat(20) });
      await settled(async () => expect(await found(one)).toHaveLength(7));
      expect((await limited()).map(shownOf)).toEqual(before);
    });

    test('finds a page by what it says now, and nothing that is in the trash', async (context) => {
      const { newPage, settled, write, now, title, reader } = at();
      const rare = word();
      const made = await newPage({ title: title(rare) });
      await settled(async () => expect(await found(rare)).toEqual([made.id]));
      const newer = word();
      await write(updateOf(made, { title: title(newer) }));
      await settled(async () => expect(await found(newer)).toEqual([made.id]));
      await settled(async () => expect(await found(rare)).toEqual([]));
      if (reader.backend.lacks.includes('trash_page')) return context.skip('there is no trash');
      await write(trashOf(await now(refOf(made))));
      await settled(async () => expect(await found(newer)).toEqual([]));
    });
  });
}

const idsIn = (pages: readonly { readonly id: string }[]): string[] => pages.map(({ id }) => id);

/** All that an answer tells of a result. */
const shownOf = ({ id, score, snippet, line, heading }: Hit) => ({ id, score, snippet, line, heading });
