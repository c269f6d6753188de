/** Turns texts into vectors whose angles say how near two texts are in meaning. */
export type Embedder = {
  /** The host that the texts go to. */
  readonly host: string;
  readonly model: string;
  /** One vector a text, in their order, all of one length. Throws {@link NoVectors}. */
  readonly embed: (texts: readonly string[], options: EmbedOptions) => Promise<readonly Float32Array[]>;
};

export type EmbedOptions = { readonly timeoutMs: number; readonly signal?: AbortSignal };

/**
 * There are no vectors. `refused`: not of these texts, which may be too long. `unavailable`: of none now. The message is
 * for the log, and holds no credential.
 */
export class NoVectors extends Error {
  override readonly name = 'NoVectors';
  readonly kind: 'refused' | 'unavailable';

  constructor(kind: 'refused' | 'unavailable', message: string) {
    super(message);
    this.kind = kind;
  }
}
