/** What a stand-in answers a request with. A body that is a text goes out as it is, any other as JSON. */
export type Answer = {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export const ok = (body: unknown): Answer => ({ status: 200, body });

/** A request that a stand-in does not take, with what it says of that in the form of whom it stands in for. */
export class Refused extends Error {
  readonly answer: Answer;

  constructor(message: string, answer: Answer) {
    super(message);
    this.answer = answer;
  }
}

/** What is answered, be it that the request is refused on the way. */
export function answerOf(handle: () => Answer): Answer {
  try {
    return handle();
  } catch (error) {
    if (error instanceof Refused) return error.answer;
    throw error;
  }
}
