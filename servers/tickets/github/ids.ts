/** An issue by what never becomes another's: the number of its repository, and its own number there. */
export type IssueId = { readonly repositoryId: number; readonly number: number };

/** The id of a ticket: `4711#12`. */
export const ticketId = ({ repositoryId, number }: IssueId): string => `${repositoryId}#${number}`;

/** The issue that an id names; null for any other text. */
export function parseTicketId(id: string): IssueId | null {
  const [, repository, number] = /^([1-9]\d{0,14})#([1-9]\d{0,9})$/.exec(id) ?? [];
  if (repository === undefined || number === undefined) return null;
  return { repositoryId: Number(repository), number: Number(number) };
}

/** What a key such as `owner/name#12` names; null for any other text. */
export function parseTicketKey(key: string): { readonly repository: string; readonly number: number } | null {
  const [, repository, number] = /^([^#\s]{1,200})#([1-9]\d{0,9})$/.exec(key) ?? [];
  return repository === undefined || number === undefined ? null : { repository, number: Number(number) };
}
