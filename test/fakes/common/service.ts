import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { Answer } from './answer.ts';

/** What happens to the next request of a kind, or of any. An answer that is none of the service's comes before anything is done. */
export type Mishap<Kind extends string> = {
  readonly on: Kind | 'any';
  readonly act:
    | 'lose_request'
    | 'lose_answer'
    | 'hang'
    | 'garbage'
    | Answer
    | { readonly redirect: string }
    | { readonly first: () => void };
};

/** One request as it arrived. */
export type Received = {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

/** What becomes of a request: its connection may break off, or stay without a word. */
export type Outcome = Answer | 'broken' | 'silent';

/** A service on loopback that speaks JSON, and fails as it is told to. */
export abstract class FakeService<Kind extends string> {
  readonly mishaps: Mishap<Kind>[] = [];
  /** How far its clock is ahead, in milliseconds. */
  clockAheadMs = 0;
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #origin = '';

  get origin(): string {
    return this.#origin;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.#origin = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  protected abstract outcome(received: Received): Outcome;

  /** Answers a request of these kinds, unless something happens to it. */
  protected unlessMishap(kinds: readonly Kind[], answer: () => Answer): Outcome {
    const act = this.#take(kinds);
    if (act === undefined) return answer();
    if (act === 'hang') return 'silent';
    if (act === 'lose_request') return 'broken';
    if (act === 'garbage') return { status: 200, body: '<html>' };
    if (act === 'lose_answer') {
      answer();
      return 'broken';
    }
    if ('status' in act) return { body: 'upstream', ...act };
    if ('redirect' in act) return { status: 307, body: '', headers: { location: act.redirect } };
    act.first();
    return answer();
  }

  #take(kinds: readonly Kind[]): Mishap<Kind>['act'] | undefined {
    const at = this.mishaps.findIndex(({ on }) => on === 'any' || kinds.includes(on));
    return at < 0 ? undefined : this.mishaps.splice(at, 1)[0]?.act;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await textOf(request).catch(() => null);
    if (text === null) return;
    const { method = 'GET', url = '/', headers } = request;
    const outcome = this.outcome({ method, url: new URL(url, this.#origin), headers, text });
    if (outcome === 'silent') return;
    if (outcome === 'broken') return void response.destroy();
    const date = new Date(Date.now() + this.clockAheadMs).toUTCString();
    response.writeHead(outcome.status, { 'content-type': 'application/json', date, ...outcome.headers });
    response.end(typeof outcome.body === 'string' ? outcome.body : JSON.stringify(outcome.body));
  }
}

/** The JSON that a request brought; undefined where it brought nothing. */
export const jsonIn = ({ text }: Pick<Received, 'text'>): unknown => (text === '' ? undefined : JSON.parse(text));
