/** A backend did not take a request, or it was kept back, because the backend wants none until a time. */
export class Limited extends Error {
  override readonly name = 'Limited';
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Whether nothing was sent, because of what an answer to another request had said. */
  readonly keptBack: boolean;

  constructor(until: number, keptBack: boolean) {
    super('no more requests are wanted for now');
    this.until = until;
    this.keptBack = keptBack;
  }
}
