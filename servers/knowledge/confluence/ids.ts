/** The immutable ids of pages, spaces and comments. */
export const isId = (text: string): boolean => /^[1-9]\d{0,18}$/.test(text);

/** The number of a version, which is what a revision is called here. */
export const isVersion = (text: string): boolean => /^[1-9]\d{0,8}$/.test(text);
