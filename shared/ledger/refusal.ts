/** A rule that the database itself keeps: what it is put on, and the condition under which that is refused. */
export type Refusal = {
  readonly name: string;
  /** The event and the table, such as `update of status on changes`. */
  readonly on: string;
  /** An SQL expression over `old` and `new` that both engines read alike. */
  readonly when: string;
  readonly why: string;
};

export function refuse(name: string, on: string, when: string, why: string): Refusal {
  return { name, on, when, why };
}
