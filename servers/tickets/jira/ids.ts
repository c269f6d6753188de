/** `WEB`, as Jira lets projects be called; it knows them by large letters alone. */
export const isProjectKey = (text: string): boolean => /^[A-Z][A-Z0-9_]{1,49}$/.test(text);

export const isIssueKey = (text: string): boolean => /^[A-Z][A-Z0-9_]{1,49}-[1-9]\d{0,9}$/.test(text);

/** The immutable ids of projects, issues, comments and links. */
export const isId = (text: string): boolean => /^[1-9]\d{0,18}$/.test(text);
