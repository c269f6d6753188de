import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openEmbedded } from '#servers/knowledge/embedded/open.ts';
import { endpointEmbedder } from '#servers/knowledge/embedded/vectors/endpoint.ts';
import type { Embedder } from '#servers/knowledge/embedded/vectors/port.ts';
import { NoVectors } from '#servers/knowledge/embedded/vectors/port.ts';
import { Secret } from '#shared/http/secret.ts';
import { found, newBase, newFolder, present, query, refOf, titles, unseen, update } from './base.ts';
import { embedder, startEndpoint, vectorsBy } from './embeddings.ts';

type Base = ReturnType<typeof newBase>;

const fill = async ({ vectors }: Base): Promise<void> => present(vectors).fill();
const count = ({ store }: Base, table: string): number =>
  present(store.one<{ count: number }>(`select count(*) as count from vectors.${table}`)).count;

/** A base whose vectors come over HTTP. */
async function baseWithEndpoint(options: { readonly path?: string; readonly vectorsPath?: string } = {}) {
  const endpoint = await startEndpoint();
  const over = endpointEmbedder({ url: endpoint.url, model: 'words', userAgent: 'test', now: Date.now });
  const { path, vectorsPath } = options;
  const vectors = vectorsBy(over, vectorsPath);
  return { endpoint, base: newBase({ ...(path !== undefined && { path }), vectors }) };
}

describe('without an endpoint', () => {
  test('the library is not loaded, no file is made, and the doctor says that nothing is sent anywhere', async () => {
    const path = join(newFolder(), 'knowledge.db');
    const extension = async () => expect.unreachable('it is not wanted');
    const backend = await openEmbedded({ path, extension });
    onTestFinished(backend.close);
    backend.start?.(() => {});
    expect((await backend.reader.search(query('the'), { limit: 5 })).items.length).toBeGreaterThan(0);
    expect(readdirSync(join(path, '..')).filter((name) => name.startsWith('vectors'))).toEqual([]);
    const { findings } = await backend.examine(['handbook']);
    expect(findings).toContainEqual(expect.objectContaining({ check: 'vectors', verdict: 'ok' }));
    expect(JSON.stringify(findings)).toContain('nothing is sent anywhere');
  });

  test('vectors that are left from before go when the server starts, and not when somebody only looks', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'vectors.db'), '');
    const backend = await openEmbedded({ path: join(folder, 'knowledge.db') });
    onTestFinished(backend.close);
    expect(existsSync(join(folder, 'vectors.db'))).toBe(true);
    backend.start?.(() => {});
    expect(existsSync(join(folder, 'vectors.db'))).toBe(false);
  });
});

describe('with an endpoint', () => {
  test('pages are found whose words are others, after those that have the words', async () => {
    const { base, endpoint } = await baseWithEndpoint();
    base.add('handbook', { title: 'Parking', text: 'Where an automobile stays over night.' });
    base.add('handbook', { title: 'Tea', text: 'How to mend the kettle.' });
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    expect(await titles(base.reader, query('car'))).toEqual(['Fleet']);
    await fill(base);
    const hits = await found(base.reader, query('car'), 2);
    expect(hits.slice(0, 2).map(({ title }) => title)).toEqual(['Fleet', 'Parking']);
    const scores = hits.map(({ score }) => score ?? 0);
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
    expect(scores.every((score) => score > 0 && score <= 1)).toBe(true);
    expect(hits[1]).toMatchObject({ snippet: 'Where an automobile stays over night.', line: 1 });
    expect(endpoint.seen.every(({ path, model, key }) => path === '/v1/embeddings' && model === 'words' && !key)).toBe(
      true,
    );
  });

  test('what waits in quarantine is not sent, and its own agent finds it by its words', async () => {
    const { base, endpoint } = await baseWithEndpoint();
    const id = base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    await base.write(update(await base.page(id), 'Each car has a zeppelin.'), unseen('writer'));
    await fill(base);
    expect(endpoint.texts().some((text) => text.includes('zeppelin'))).toBe(false);
    expect(await found(base.as('writer'), query('zeppelin'))).toMatchObject([{ snippet: 'Each car has a zeppelin.' }]);
    const others = await found(base.reader, query('zeppelin'));
    expect(others).toMatchObject([{ snippet: 'Each car has a number.' }]);
  });

  test('vectors go with their passages, and those of a moved page are of where it is', async () => {
    const { base } = await baseWithEndpoint();
    const id = base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    base.add('handbook', { title: 'Tea', text: 'kettle' });
    await fill(base);
    const page = await base.page(id);
    const place = { namespace: page.namespace, above: [] };
    const notes = present(await base.reader.namespace('notes'));
    await base.write({ kind: 'move', page: refOf(page), from: place, to: { namespace: notes, above: [] } });
    await fill(base);
    expect(await titles(base.reader, query('vehicle'))).toEqual(['Tea']);
    expect(await titles(base.reader, query('vehicle', 'notes'))).toEqual(['Fleet']);
    const moved = await base.page(id);
    const at = { namespace: moved.namespace, above: [] };
    await base.write({ kind: 'trash', page: refOf(moved), place: at, revision: moved.revision.id });
    await fill(base);
    expect([count(base, 'vectored'), count(base, 'vector')]).toEqual([1, 1]);
  });

  test('the server fills in what comes later by itself, and says once where texts go', async () => {
    const endpoint = await startEndpoint();
    const path = join(newFolder(), 'knowledge.db');
    const embeddings = { url: endpoint.url, model: 'words', key: new Secret('key-of-the-endpoint') };
    const backend = await openEmbedded({ path, embeddings, userAgent: 'test' });
    const said: string[] = [];
    backend.start?.((what) => said.push(what));
    const isFilled = async () => expect((await backend.examine([])).findings).toContainEqual(filled);
    await vi.waitFor(isFilled, 10_000);
    // Another process writes a page.
    newBase({ path }).add('handbook', { title: 'Later', text: 'what an import brings' });
    await vi.waitFor(() => expect(endpoint.texts().at(-1)).toBe('Later\n\nwhat an import brings'), 10_000);
    await backend.close();
    expect(said).toEqual([expect.stringContaining(new URL(endpoint.url).host)]);
    expect(endpoint.seen.every(({ key }) => key === 'bearer key-of-the-endpoint')).toBe(true);
    expect(statSync(join(path, '..', 'vectors.db')).mode & 0o777).toBe(0o600);
  });
});

const filled = expect.objectContaining({ check: 'filling', verdict: 'ok' });

describe('an endpoint that fails', () => {
  test('leaves searches to words, is not asked again at once, and the log has it once', async () => {
    const endpoint = await startEndpoint();
    const over = endpointEmbedder({ url: endpoint.url, model: 'words', userAgent: 'test', now: Date.now });
    const base = newBase({ vectors: vectorsBy(over) });
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    await fill(base);
    const said: string[] = [];
    present(base.start)((what) => said.push(what));
    endpoint.state.answer = () => 'never';
    const asked = endpoint.seen.length;
    expect(await titles(base.reader, query('number'))).toEqual(['Fleet']);
    expect(await titles(base.reader, query('vehicle'))).toEqual([]);
    expect(endpoint.seen.length).toBe(asked + 1);
    expect(said.filter((what) => what.includes('words alone'))).toHaveLength(1);
  });

  test.each([
    ['an error', { status: 500, body: 'no' }],
    ['a key that is not taken', { status: 401, body: 'no' }],
    ['a redirect', { status: 302, body: '' }],
    ['no vector', { status: 200, body: '{"data":[]}' }],
    ['what is no number', { status: 200, body: '{"data":[{"index":0,"embedding":["a"]}]}' }],
    ['what is no JSON', { status: 200, body: '<html>' }],
    ['refusals of every text', { status: 400, body: 'no such model' }],
  ])('with %s marks nothing as done, and all of it is done later', async (_what, answer) => {
    const { base, endpoint } = await baseWithEndpoint();
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    endpoint.state.answer = () => answer;
    await expect(fill(base)).rejects.toMatchObject({ name: 'NoVectors', kind: 'unavailable' });
    expect(count(base, 'vectored')).toBe(0);
    expect((await base.examine([])).findings).toMatchObject([{}, { verdict: 'wrong' }, { verdict: 'advice' }]);
    endpoint.state.answer = () => null;
    await fill(base);
    expect(await titles(base.reader, query('vehicle'))).toEqual(['Fleet']);
  });

  test('or a file of vectors that cannot be read any more leaves searches to words', async () => {
    const base = newBase({ vectors: vectorsBy(embedder) });
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    await fill(base);
    base.store.run('drop table vectors.vector');
    expect(await titles(base.reader, query('number'))).toEqual(['Fleet']);
    expect(await titles(base.reader, query('vehicle'))).toEqual([]);
  });

  test('tells no credential in what it is logged with', async () => {
    const endpoint = await startEndpoint();
    endpoint.state.answer = () => ({ status: 401, body: 'Bearer key-of-the-endpoint is none' });
    const key = new Secret('key-of-the-endpoint');
    const { embed } = endpointEmbedder({ url: endpoint.url, model: 'words', key, userAgent: 'test', now: Date.now });
    const failed = await embed(['text'], { timeoutMs: 5_000 }).catch((error: unknown) => error);
    expect(failed).toMatchObject({ message: '401 Bearer [secret] is none' });
  });

  test('of one passage leaves that out, after less of it was tried, and the doctor counts it', async () => {
    const { base, endpoint } = await baseWithEndpoint();
    base.add('handbook', { title: 'Long', text: 'car '.repeat(400) });
    base.add('handbook', { title: 'Never', text: 'unspeakable' });
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    endpoint.state.answer = (input) =>
      input.some((text) => text.length > 1_000 || text.includes('unspeakable')) ? { status: 413, body: 'long' } : null;
    await fill(base);
    expect((await titles(base.reader, query('vehicle'))).sort()).toEqual(['Fleet', 'Long']);
    const { findings } = await base.examine([]);
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'refused', message: expect.stringMatching(/^1 /) }),
    );
    expect(await titles(base.reader, query('unspeakable'))).toContain('Never');
  });
});

describe('what is kept', () => {
  test('is kept when filling breaks off, so that only the rest is sent again, whatever a crash leaves', async () => {
    const [folder, after] = [newFolder(), newFolder()];
    const sent: string[] = [];
    let batches = 1;
    const counting: Embedder = {
      ...embedder,
      embed: async (texts, options) => {
        batches -= 1;
        if (batches < 0) throw new NoVectors('unavailable', 'it went away');
        sent.push(...texts);
        return embedder.embed(texts, options);
      },
    };
    const at = (where: string) => ({
      path: join(where, 'knowledge.db'),
      vectors: vectorsBy(counting, join(where, 'vectors.db')),
    });
    const base = newBase(at(folder));
    base.store.write(() => {
      for (let page = 0; page < 40; page += 1)
        base.add('handbook', { title: `Page ${page}`, text: `car number ${page}` });
    });
    await expect(fill(base)).rejects.toBeInstanceOf(NoVectors);
    // What a crash at this moment leaves on the disk.
    for (const name of readdirSync(folder).filter((one) => !one.endsWith('-shm'))) {
      copyFileSync(join(folder, name), join(after, name));
    }
    batches = 100;
    const again = newBase(at(after));
    await fill(again);
    expect(sent).toHaveLength(40);
    expect(new Set(sent).size).toBe(40);
    expect((await again.examine([])).findings).toContainEqual(filled);
  });

  test('is of one length: others are not taken, and another model begins anew', async () => {
    const folder = newFolder();
    const files = { path: join(folder, 'knowledge.db'), vectorsPath: join(folder, 'vectors.db') };
    const { base, endpoint } = await baseWithEndpoint(files);
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    await fill(base);
    endpoint.state.dimension = 16;
    base.add('handbook', { title: 'Parking', text: 'automobile' });
    await expect(fill(base)).rejects.toMatchObject({
      message: 'the vectors have 16 numbers now, and not 32: the model is another, or its name should be',
    });
    expect(await titles(base.reader, query('vehicle'))).toEqual([]);
    expect((await base.examine([])).findings).toContainEqual(
      expect.objectContaining({ check: 'vectors', verdict: 'wrong' }),
    );
    const { url } = endpoint;
    const other = endpointEmbedder({ url, model: 'other', userAgent: 'test', now: Date.now });
    const anew = newBase({ path: files.path, vectors: vectorsBy(other, files.vectorsPath) });
    expect(count(anew, 'vectored')).toBe(0);
    await fill(anew);
    expect((await titles(anew.reader, query('vehicle'))).sort()).toEqual(['Fleet', 'Parking']);
  });

  test('is not taken for that of other pages where the file of pages is a copy from before', async () => {
    const folder = newFolder();
    const [path, copy] = [join(folder, 'knowledge.db'), join(folder, 'copy.db')];
    const vectors = vectorsBy(embedder, join(folder, 'vectors.db'));
    const base = newBase({ path, vectors });
    base.add('handbook', { title: 'Tea', text: 'kettle' });
    base.store.copyTo(copy);
    base.add('handbook', { title: 'Fleet', text: 'Each car has a number.' });
    await fill(base);
    await base.close();
    const restored = newBase({ path: copy, vectors });
    restored.add('handbook', { title: 'Layoffs', text: 'nothing of the kind' });
    await fill(restored);
    expect((await titles(restored.reader, query('vehicle'))).sort()).toEqual(['Layoffs', 'Tea']);
    const rows = restored.store.all<{ passage: number; revision: string }>('select * from vectors.vectored');
    expect(rows).toHaveLength(2);
    const kept = restored.store.all<{ ref: string }>('select ref from revision').map(({ ref }) => ref);
    expect(rows.every(({ revision }) => kept.includes(revision))).toBe(true);
  });

  test('holds no number of what was taken out', async () => {
    const folder = newFolder();
    const base = newBase({
      path: join(folder, 'knowledge.db'),
      vectors: vectorsBy(embedder, join(folder, 'vectors.db')),
    });
    base.add('handbook', { title: 'Fleet', text: 'car' });
    await fill(base);
    const id = base.add('handbook', { title: 'Gone', text: 'car '.repeat(77) });
    await fill(base);
    const page = await base.page(id);
    const place = { namespace: page.namespace, above: [] };
    const there = (): boolean => {
      const chunks = base.store.all<{ vectors: Uint8Array }>('select vectors from vectors.vector_vector_chunks00');
      return chunks.some(({ vectors }) => new Float32Array(vectors.slice().buffer).some((one) => one > 70));
    };
    expect(there()).toBe(true);
    await base.write({ kind: 'trash', page: refOf(page), place, revision: page.revision.id });
    await fill(base);
    expect(there()).toBe(false);
  });
});

test('a library that cannot be loaded, and a file that is none, are told as what they are', async () => {
  const folder = newFolder();
  const embeddings = { url: 'http://127.0.0.1:9/v1/embeddings', model: 'words' };
  const path = join(folder, 'knowledge.db');
  const missing = async () => join(folder, 'nothing.so');
  const failed = openEmbedded({ path, embeddings, extension: missing });
  await expect(failed).rejects.toMatchObject({
    code: 'bad_configuration',
    message: expect.stringContaining('sqlite-vec'),
  });
  writeFileSync(join(folder, 'vectors.db'), 'this is no database, but a text of some length');
  await expect(openEmbedded({ path, embeddings })).rejects.toMatchObject({
    code: 'bad_configuration',
    message: expect.stringContaining('the file of vectors'),
  });
  expect(readFileSync(join(folder, 'vectors.db'), 'utf8')).toMatch(/^this is no database/);
});
